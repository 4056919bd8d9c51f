//! Who is in the game, what was done to whom, and what became of it.

use std::fmt;

/// Somebody who is registered, as far as the client can know.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) password: String,
    /// An access token that is good.
    pub(super) access: String,
    /// Letters that were asked for and acknowledged: each must come.
    pub(super) letters_due: usize,
    /// Letters that were asked for: each may come, and once more, with a token of its own, if the worker was killed between
    /// sending it and forgetting it.
    pub(super) letters_asked: usize,
}

/// Something that was done, or begun, before the kill.
#[derive(Debug)]
pub(super) enum Deed {
    /// A registration. Its person's access token is empty where no answer came.
    Registered {
        person: Person,
        is_acknowledged: bool,
    },
    /// A letter was asked for, and nothing was done with it.
    Asked { person: Person },
    /// A password was reset.
    Reset {
        /// With the old password.
        person: Person,
        new_password: String,
        is_acknowledged: bool,
    },
    /// What the server should not have answered.
    Refused { person: Person, what: String },
}

/// How much was done, and what became of what was not acknowledged.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) registered: usize,
    pub(super) registered_unheard: usize,
    pub(super) never_registered: usize,
    pub(super) reset: usize,
    pub(super) reset_unheard: usize,
    pub(super) never_reset: usize,
    pub(super) asked: usize,
    pub(super) logged_in: usize,
    pub(super) letters_due: usize,
    pub(super) letters_asked: usize,
    pub(super) letters_come: usize,
    pub(super) letters_more: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "registrations: {} acknowledged; of those without an answer {} were done whole, {} not at all",
            self.registered, self.registered_unheard, self.never_registered
        )?;
        writeln!(
            f,
            "resets:        {} acknowledged; of those without an answer {} were done whole, {} not at all; {} asked for only",
            self.reset, self.reset_unheard, self.never_reset, self.asked
        )?;
        writeln!(
            f,
            "letters:       {} asked for, {} of them acknowledged; {} came, {} of them once more after a kill",
            self.letters_asked, self.letters_due, self.letters_come, self.letters_more
        )?;
        write!(f, "at the end:    {} logged in", self.logged_in)
    }
}
