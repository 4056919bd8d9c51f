//! Errors of commands, worded for the operator who ran the command.

use std::io;

use loggia_identity::{self as identity, Field};

use super::{password_rules::weak, serve};
use crate::{config, state};

/// The result of a command.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is invalid.
    #[error(transparent)]
    Setting(#[from] config::Error),

    /// The services cannot be opened.
    #[error(transparent)]
    Open(#[from] state::Error),

    /// The server did not start, or it ended with an error.
    #[error(transparent)]
    Serve(#[from] serve::Error),

    /// The database failed.
    #[error("the database failed")]
    Database(#[from] loggia_db::Error),

    /// The command cannot be executed, for this reason.
    #[error("{0}")]
    Refused(String),

    /// A service failed.
    #[error("the operation failed")]
    Identity(#[source] identity::Error),

    /// The queue failed.
    #[error("the queue of background work failed")]
    Jobs(#[source] loggia_jobs::Error),

    /// Input or output failed.
    #[error("input or output failed")]
    Io(#[from] io::Error),
}

impl Error {
    /// Returns whether the reader of standard output stopped reading, as `head` does. This is not a failure.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Creates an error with this message.
    pub(super) fn refused(words: impl Into<String>) -> Self {
        Self::Refused(words.into())
    }
}

impl From<identity::Error> for Error {
    fn from(error: identity::Error) -> Self {
        use identity::Error as E;
        let words = match &error {
            E::NotFound => "there is no such account".to_owned(),
            E::Taken { field: Field::Email } => {
                "an account with this email address already exists".to_owned()
            }
            E::Taken { field: Field::Username } => {
                "an account with this username already exists".to_owned()
            }
            E::WeakPassword(weaknesses) => weak(weaknesses),
            E::LastSuperuser => {
                "this is the last active superuser; create another one first".to_owned()
            }
            E::SoleOwner { organizations } => sole_owner(organizations),
            E::Busy { .. } => "too many passwords are being hashed; try again".to_owned(),
            E::InvalidCredentials
            | E::WrongPassword
            | E::InvalidToken(_)
            | E::InvalidLink(_)
            | E::AlreadyActive
            | E::SelfAction
            | E::Organization(_)
            | E::Throttled { .. }
            | E::Crypto(_)
            | E::Store(_) => return Self::Identity(error),
        };
        Self::Refused(words)
    }
}

impl From<loggia_jobs::Error> for Error {
    fn from(error: loggia_jobs::Error) -> Self {
        use loggia_jobs::Error as E;
        match error {
            E::NotFound => Self::refused("no dead job has this id; see `loggia jobs dead`"),
            E::LeaseLost | E::Payload(_) | E::Store(_) => Self::Jobs(error),
        }
    }
}

/// Formats the error of an only owner. The names are escaped, because other people chose them and they go to a
/// terminal.
fn sole_owner(organizations: &[String]) -> String {
    let names: Vec<String> =
        organizations.iter().map(|name| name.escape_debug().to_string()).collect();
    format!(
        "it is the only active owner of {}, which has other members; make another one first",
        names.join(", ")
    )
}
