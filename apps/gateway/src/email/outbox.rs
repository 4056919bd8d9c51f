//! The email outbox of `loggia-identity`, on the job queue.

use async_trait::async_trait;
use loggia_db::{self as db, Work};
use loggia_identity::{EmailKind, EmailOutbox, EmailRequest};
use loggia_jobs::Queue;
use loggia_kernel::{AccountId, Email};
use serde::{Deserialize, Serialize};

use super::KIND;

/// An outbox that enqueues emails as jobs.
pub struct QueuedOutbox {
    queue: Queue,
}

impl QueuedOutbox {
    /// Creates an outbox on this queue.
    pub fn new(queue: Queue) -> Self {
        Self { queue }
    }
}

#[async_trait]
impl EmailOutbox for QueuedOutbox {
    async fn enqueue(&self, work: &mut Work, email: &EmailRequest) -> db::Result<()> {
        let payload = Payload::of(email);
        match self.queue.enqueue(work, KIND, &payload).await {
            Ok(_) => Ok(()),
            Err(loggia_jobs::Error::Store(error)) => Err(error),
            Err(error) => Err(db::Error::Unavailable(error.to_string())),
        }
    }
}

/// The payload of an email job. Contains an email address, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) template: String,
    // The name in jobs of earlier versions.
    #[serde(rename = "matter")]
    pub(super) kind: StoredKind,
}

/// The serialized form of [`EmailKind`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub(super) enum StoredKind {
    PasswordReset { email: String },
    UsernameReset { email: String },
    EmailChange { account: i64, new_email: String },
}

/// Does not show email addresses.
impl std::fmt::Debug for StoredKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PasswordReset { .. } => "PasswordReset(..)",
            Self::UsernameReset { .. } => "UsernameReset(..)",
            Self::EmailChange { .. } => "EmailChange(..)",
        })
    }
}

impl Payload {
    pub(super) fn of(email: &EmailRequest) -> Self {
        let kind = match &email.kind {
            EmailKind::PasswordReset(address) => {
                StoredKind::PasswordReset { email: address.as_str().to_owned() }
            }
            EmailKind::UsernameReset(address) => {
                StoredKind::UsernameReset { email: address.as_str().to_owned() }
            }
            EmailKind::EmailChange { account, new_email } => StoredKind::EmailChange {
                account: account.get(),
                new_email: new_email.as_str().to_owned(),
            },
        };
        Self { template: email.template.to_owned(), kind }
    }
}

impl StoredKind {
    /// Returns `None` if an address is invalid, which only a defect can cause.
    pub(super) fn into_kind(self) -> Option<EmailKind> {
        let parse = |text: &str| Email::parse(text).ok();
        Some(match self {
            Self::PasswordReset { email } => EmailKind::PasswordReset(parse(&email)?),
            Self::UsernameReset { email } => EmailKind::UsernameReset(parse(&email)?),
            Self::EmailChange { account, new_email } => EmailKind::EmailChange {
                account: AccountId::new(account),
                new_email: parse(&new_email)?,
            },
        })
    }
}
