//! Derivation of free names and slugs. The unique constraints of the database remain decisive.

pub(crate) mod accounts;
pub(crate) mod orgs;
