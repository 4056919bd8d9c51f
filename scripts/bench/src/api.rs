//! A client of a server's API, for what is checked and for what a load needs beforehand.

use std::{
    io::{Error, ErrorKind, Result},
    net::SocketAddr,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time;
use uuid::Uuid;

use crate::http::{self, Connection};

/// No answer takes that long from a server that lives.
const PATIENCE: Duration = Duration::from_secs(20);

/// One caller on one connection, which is made when it is needed and made anew after a fault.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<Connection>,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// When it is worth trying again, where the server says so.
    pub(crate) retry_after: Option<Duration>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A text of the answer's body; empty where there is none.
    pub(crate) fn text(&self, key: &str) -> String {
        self.body
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            connection: None,
        }
    }

    /// `email` with `password`, on `v1`: tokens in `access` and `refresh`.
    pub(crate) async fn register(&mut self, email: &str, password: &str) -> Result<Reply> {
        self.post(
            "/api/v1/auth/register",
            None,
            json!({ "email": email, "password": password }),
        )
        .await
    }

    /// Tokens in `access` and `refresh`.
    pub(crate) async fn log_in(&mut self, email: &str, password: &str) -> Result<Reply> {
        self.post(
            "/api/v1/token/pair",
            None,
            json!({ "email": email, "password": password }),
        )
        .await
    }

    /// The caller's profile.
    pub(crate) async fn profile(&mut self, access: &str) -> Result<Reply> {
        self.get("/api/v1/users/me", access).await
    }

    /// What is there to read.
    pub(crate) async fn get(&mut self, path: &str, access: &str) -> Result<Reply> {
        self.send("GET", path, Some(access), None).await
    }

    /// Asks for a letter with a reset token.
    pub(crate) async fn ask_reset(&mut self, email: &str) -> Result<Reply> {
        self.post(
            "/api/v1/auth/password-reset/request",
            None,
            json!({ "email": email }),
        )
        .await
    }

    /// Sets a password by the token of a letter.
    pub(crate) async fn reset(&mut self, token: &str, password: &str) -> Result<Reply> {
        self.post(
            "/api/v1/auth/password-reset/confirm",
            None,
            json!({ "token": token, "new_password": password }),
        )
        .await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// If the connection breaks before the answer is whole: what was asked for may or may not have been done.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        access: Option<&str>,
        body: Value,
    ) -> Result<Reply> {
        self.send("POST", path, access, Some(body.to_string()))
            .await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        access: Option<&str>,
        body: Option<String>,
    ) -> Result<Reply> {
        let request = http::request(method, path, access, body.as_deref());
        // Put back only after a whole answer: after half of one the connection is of no use.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        let answer = time::timeout(PATIENCE, connection.ask(&request))
            .await
            .map_err(|late| Error::new(ErrorKind::TimedOut, late))??;
        let reply = Reply {
            status: answer.status,
            body: serde_json::from_slice(answer.body).unwrap_or_default(),
            retry_after: http::header(answer.head, "retry-after")
                .and_then(|seconds| seconds.parse().ok())
                .map(Duration::from_secs),
        };
        let is_kept = http::header(answer.head, "connection")
            .is_none_or(|value| !value.eq_ignore_ascii_case("close"));
        if is_kept {
            self.connection = Some(connection);
        }
        Ok(reply)
    }
}

/// An address that nobody has.
pub(crate) fn new_email() -> String {
    format!("{}@example.com", Uuid::new_v4().simple())
}

/// A password that every policy accepts: it shares no letter with an address of [`new_email`], to which it would be too
/// similar by chance otherwise.
pub(crate) fn new_password() -> String {
    const LETTERS: &[u8; 16] = b"ghijklmnopqrstuv";
    let random = Uuid::new_v4();
    let letters = random
        .as_bytes()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    letters
        .filter_map(|nibble| LETTERS.get(usize::from(nibble)))
        .map(|letter| char::from(*letter))
        .collect()
}
