//! A client of a server's API, for checks and for the preparation of a load.

use std::{
    io::{Error, ErrorKind, Result},
    net::SocketAddr,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time;
use uuid::Uuid;

use crate::http::{self, Connection};

/// Longer than any response of a running server takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// One caller with one connection, opened when needed and reopened after an error.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<Connection>,
}

/// A response, read completely.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The value of `Retry-After`, if present.
    pub(crate) retry_after: Option<Duration>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns a text of the response body, or an empty text if it is missing.
    pub(crate) fn text(&self, key: &str) -> String {
        self.body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Registers an account on `v1`. The response has `access` and `refresh`.
    pub(crate) async fn register(&mut self, email: &str, password: &str) -> Result<Reply> {
        self.post("/api/v1/auth/register", None, json!({ "email": email, "password": password }))
            .await
    }

    /// Logs in on `v1`. The response has `access` and `refresh`.
    pub(crate) async fn log_in(&mut self, email: &str, password: &str) -> Result<Reply> {
        self.post("/api/v1/token/pair", None, json!({ "email": email, "password": password })).await
    }

    /// Reads the caller's profile.
    pub(crate) async fn profile(&mut self, access: &str) -> Result<Reply> {
        self.get("/api/v1/users/me", access).await
    }

    /// Reads a path.
    pub(crate) async fn get(&mut self, path: &str, access: &str) -> Result<Reply> {
        self.send("GET", path, Some(access), None).await
    }

    /// Requests an email with a reset token.
    pub(crate) async fn request_reset(&mut self, email: &str) -> Result<Reply> {
        self.post("/api/v1/auth/password-reset/request", None, json!({ "email": email })).await
    }

    /// Sets a password with the token of an email.
    pub(crate) async fn reset(&mut self, token: &str, password: &str) -> Result<Reply> {
        self.post(
            "/api/v1/auth/password-reset/confirm",
            None,
            json!({ "token": token, "new_password": password }),
        )
        .await
    }

    /// Changes the caller's profile.
    pub(crate) async fn change_profile(&mut self, access: &str, changes: Value) -> Result<Reply> {
        let body = Some(changes.to_string());
        self.send("PATCH", "/api/v1/users/me", Some(access), body).await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// If the connection breaks before the response is complete: the request may or may not have been executed.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        access: Option<&str>,
        body: Value,
    ) -> Result<Reply> {
        self.send("POST", path, access, Some(body.to_string())).await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        access: Option<&str>,
        body: Option<String>,
    ) -> Result<Reply> {
        let request = http::request(method, path, access, body.as_deref());
        // The connection is kept only after a complete response.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        let response = time::timeout(PATIENCE, connection.send(&request))
            .await
            .map_err(|late| Error::new(ErrorKind::TimedOut, late))??;
        let reply = Reply {
            status: response.status,
            body: serde_json::from_slice(response.body).unwrap_or_default(),
            retry_after: http::header(response.head, "retry-after")
                .and_then(|seconds| seconds.parse().ok())
                .map(Duration::from_secs),
        };
        let is_kept = http::header(response.head, "connection")
            .is_none_or(|value| !value.eq_ignore_ascii_case("close"));
        if is_kept {
            self.connection = Some(connection);
        }
        Ok(reply)
    }
}

/// Returns an address that no account has.
pub(crate) fn new_email() -> String {
    format!("{}@example.com", Uuid::new_v4().simple())
}

/// Returns a password that every policy accepts: it shares no character with an address of [`new_email`], so it is
/// never too similar to one by chance.
pub(crate) fn new_password() -> String {
    const LETTERS: &[u8; 16] = b"ghijklmnopqrstuv";
    let random = Uuid::new_v4();
    let letters = random.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    letters
        .filter_map(|nibble| LETTERS.get(usize::from(nibble)))
        .map(|letter| char::from(*letter))
        .collect()
}
