//! The port through which this crate requests emails. The application supplies the implementation.

use async_trait::async_trait;
use loggia_db::{self as db, Work};
use loggia_kernel::{AccountId, Email};

/// An email to render after the transaction commits. Contains no secret: the one-time token is created when the email
/// is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailRequest {
    /// Name of the template, as the surface that requests the email calls it.
    pub template: &'static str,
    /// Recipient and purpose.
    pub kind: EmailKind,
}

/// The purpose of an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailKind {
    /// A password reset for this address. An account with it may not exist.
    PasswordReset(Email),
    /// A user name reset for this address. An account with it may not exist.
    UsernameReset(Email),
    /// Confirmation of an account's new address.
    EmailChange {
        /// The account.
        account: AccountId,
        /// The new address, to which the email is sent.
        new_email: Email,
    },
}

/// A queue for emails (transactional outbox).
#[async_trait]
pub trait EmailOutbox: Send + Sync {
    /// Stores the email in the caller's unit of work. It is sent if and only if that commits.
    ///
    /// # Errors
    /// The database's error.
    async fn enqueue(&self, work: &mut Work, email: &EmailRequest) -> db::Result<()>;
}
