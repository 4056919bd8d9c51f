//! A mailer that sends emails over SMTP.

mod address;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::Message as MimeMessage;
use lettre::message::Mailbox;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use tokio::time::{Instant, timeout};

use crate::{Error, Mailer, Message, Reply, Result, mime};
use address::{Security, ServerAddress};

/// Time limit for one email, from the name lookup to the server's final reply.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// Time after which an idle connection is closed. Servers close idle connections after minutes at the latest.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Time limit for an idle connection to prove that it is alive.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum idle connections.
const MAX_IDLE: usize = 4;

/// A mailer over SMTP that reuses connections.
///
/// A send ends within 30 seconds. A connection is closed after a failed dialogue and never reused, because a late reply
/// would be taken for the reply to the next email.
pub struct Smtp {
    server: ServerAddress,
    from: Mailbox,
    client_id: ClientId,
    limit: Duration,
    idle: Mutex<Vec<IdleConnection>>,
}

struct IdleConnection {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Smtp {
    /// Creates a mailer to the server at `url` with the sender `from`. Connects when the first email is sent. For the
    /// format of both see [`open`](crate::open).
    ///
    /// # Errors
    /// [`Error::Invalid`] with the name of the invalid setting.
    pub fn new(url: &str, from: &str) -> Result<Self> {
        Ok(Self {
            server: ServerAddress::parse(url)?,
            from: mime::parse_sender(from)?,
            client_id: ClientId::default(),
            limit: SEND_TIMEOUT,
            idle: Mutex::default(),
        })
    }

    /// Sets the time limit for one email.
    #[must_use]
    pub fn with_timeout(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    async fn deliver(&self, message: &MimeMessage) -> Result<()> {
        let mut connection = match self.acquire().await {
            Some(connection) => connection,
            None => self.connect().await.map_err(|error| temporary(&error))?,
        };
        connection
            .send(message.envelope(), &message.formatted())
            .await
            .map_err(|error| classify(&error))?;
        self.release(connection);
        Ok(())
    }

    async fn connect(&self) -> std::result::Result<AsyncSmtpConnection, smtp::Error> {
        let server = &self.server;
        let implicit = match &server.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            Security::StartTls(_) | Security::None => None,
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (server.host.as_str(), server.port),
            Some(self.limit),
            &self.client_id,
            implicit,
            None,
        )
        .await?;
        if let Security::StartTls(parameters) = &server.security {
            connection.starttls(parameters.clone(), &self.client_id).await?;
        }
        if let Some(credentials) = &server.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    /// Returns an idle connection that still responds, if any.
    async fn acquire(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if idle.since.elapsed() > IDLE_TIMEOUT {
                continue;
            }
            let mut connection = idle.connection;
            if let Ok(true) = timeout(PROBE_TIMEOUT, connection.test_connected()).await {
                return Some(connection);
            }
        }
    }

    fn release(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(IdleConnection { connection, since: Instant::now() });
        }
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, message: &Message) -> Result<()> {
        let mime = mime::encode(&self.from, message)?;
        match timeout(self.limit, self.deliver(&mime)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::temporary(format!("no reply within {:?}", self.limit))),
        }
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("server", &self.server)
            .field("from", &format_args!("…@{}", self.from.email.domain()))
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Maps an SMTP error to the error of the email.
fn classify(error: &smtp::Error) -> Error {
    match error.status().map(u16::from) {
        // The server requires encryption or authentication, so the settings are wrong. Source: RFC 4954 §6.
        Some(code) if error.is_permanent() && !matches!(code, 530..=539) => {
            Error::Rejected { reply: reply(code, error) }
        }
        _ => temporary(error),
    }
}

/// Describes `error` for the log without the server's text, which may quote addresses and links.
fn temporary(error: &smtp::Error) -> Error {
    match error.status().map(u16::from) {
        Some(code) => Error::temporary(format!("the server replied {}", reply(code, error))),
        None if error.is_response() => Error::temporary("the server's reply is invalid"),
        None => Error::temporary(error.to_string()),
    }
}

fn reply(code: u16, error: &smtp::Error) -> Reply {
    let text = std::error::Error::source(error).map(ToString::to_string);
    Reply::new(code, text.as_deref().unwrap_or_default())
}

#[cfg(test)]
mod tests;
