//! The outcome of a transaction's statements.

use crate::{Error, Result};

/// The outcome of the statements of a transaction so far.
#[derive(Default)]
pub(super) struct Health {
    /// Whether a statement failed, or did not end, and was not rolled back by itself.
    pub(super) is_failed: bool,
    /// Whether a statement met a serialization failure or a deadlock.
    pub(super) has_conflict: bool,
}

impl Health {
    /// # Errors
    /// [`Error::Aborted`] if a statement failed.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_failed {
            return Err(Error::Aborted);
        }
        Ok(())
    }

    /// Marks the transaction as failed until the statement has ended, in case its future is dropped.
    ///
    /// # Errors
    /// [`Error::Aborted`] if a statement failed before.
    pub(super) fn begin_statement(&mut self) -> Result<()> {
        self.check()?;
        self.is_failed = true;
        Ok(())
    }

    /// Notes the outcome of the statement. An absent row is not a failure.
    pub(super) fn end_statement(&mut self, error: Option<&Error>) {
        self.is_failed = !matches!(error, None | Some(Error::NotFound));
        self.note_conflict(error);
    }

    pub(super) fn note_conflict(&mut self, error: Option<&Error>) {
        self.has_conflict |= matches!(error, Some(Error::Conflict));
    }
}
