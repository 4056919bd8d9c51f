//! Savepoints, which nest: the innermost of this name is meant.

/// Begins a part of a transaction that can be undone by itself.
pub(crate) const SAVEPOINT: &str = "SAVEPOINT part";

/// Makes the part one with the rest.
pub(crate) const RELEASE: &str = "RELEASE SAVEPOINT part";

/// Undoes the part.
pub(crate) const ROLLBACK_TO: &str = "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part";
