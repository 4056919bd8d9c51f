//! The accounts, the actions on them, and their results.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

/// An account in the state last known to the client.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) password: String,
    /// A valid access token.
    pub(super) access: String,
    /// Acknowledged requests for an email: each email must arrive.
    pub(super) emails_due: usize,
    /// Requests for an email: each email may arrive, and again with a token of its own if the worker was killed between
    /// sending it and completing its job.
    pub(super) emails_requested: usize,
}

/// The accounts that a client may reset, one client at a time.
pub(super) type Pool = Arc<Mutex<Vec<Person>>>;

/// An action that was completed or begun before the kill.
#[derive(Debug)]
pub(super) enum Deed {
    /// A registration. Its access token is empty if no response arrived.
    Registered { person: Person, is_acknowledged: bool },
    /// A request for an email, without further use of it.
    Requested { person: Person },
    /// A password reset.
    Reset {
        /// The account with its old password.
        person: Person,
        new_password: String,
        is_acknowledged: bool,
    },
    /// An unexpected response of the server.
    Refused { person: Person, what: String },
}

/// Numbers of actions, and results of the unacknowledged ones.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) registered: usize,
    pub(super) registered_unheard: usize,
    pub(super) never_registered: usize,
    pub(super) reset: usize,
    pub(super) reset_unheard: usize,
    pub(super) never_reset: usize,
    pub(super) requested: usize,
    pub(super) logged_in: usize,
    pub(super) emails_due: usize,
    pub(super) emails_requested: usize,
    pub(super) emails_received: usize,
    pub(super) emails_extra: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "registrations: {} acknowledged; of those without a response {} were executed, {} were not",
            self.registered, self.registered_unheard, self.never_registered
        )?;
        writeln!(
            f,
            "resets:        {} acknowledged; of those without a response {} were executed, {} were not; {} only requested",
            self.reset, self.reset_unheard, self.never_reset, self.requested
        )?;
        writeln!(
            f,
            "emails:        {} requested, {} of them acknowledged; {} arrived, {} of them repeated after a kill",
            self.emails_requested, self.emails_due, self.emails_received, self.emails_extra
        )?;
        write!(f, "at the end:    {} logged in", self.logged_in)
    }
}
