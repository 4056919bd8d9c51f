//! The port through which identity asks for letters. It knows no mail; whoever composes the services supplies it.

use async_trait::async_trait;
use loggia_db::{self as db, Tx};
use loggia_kernel::{AccountId, Email};

/// A letter to be written once the transaction is kept. It carries no secret: the one-time token is made when the letter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailRequest {
    /// The name of its template, as the surface that asks for it calls it.
    pub template: &'static str,
    /// To whom, and about what.
    pub kind: EmailKind,
}

/// What a letter is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailKind {
    /// Somebody says that he is this address's owner and lost his password. There may be no such account.
    PasswordReset(Email),
    /// The same for the user name.
    UsernameReset(Email),
    /// The account wants this to be its new address.
    EmailChange {
        /// Whose.
        account: AccountId,
        /// Where the letter goes.
        new_email: Email,
    },
}

/// Where letters are left.
#[async_trait]
pub trait EmailOutbox: Send + Sync {
    /// Keeps the letter in the caller's transaction: it is sent if and only if the transaction is kept.
    ///
    /// # Errors
    /// As the database says.
    async fn enqueue(&self, tx: &mut Tx, email: &EmailRequest) -> db::Result<()>;
}
