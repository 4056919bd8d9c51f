//! Errors of use cases.

use loggia_content as content;
use loggia_db as db;
use loggia_identity::{self as identity, TokenError};
use loggia_rbac as rbac;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's account was deleted or deactivated, or the session revoked, after the request was authenticated.
    #[error("the caller is no longer authenticated")]
    Unauthenticated(TokenError),

    /// The caller does not meet the requirement of the operation, or lacks a permission that the affected account has.
    #[error("the caller lacks a permission")]
    Forbidden,

    /// The role of this name does not exist, or was renamed or deleted since it was looked up.
    #[error("the role does not exist")]
    UnknownRole(String),

    /// An operation on accounts failed.
    #[error(transparent)]
    Identity(#[from] identity::Error),

    /// An operation on roles or permissions failed.
    #[error(transparent)]
    Rbac(#[from] rbac::Error),

    /// An operation on content failed.
    #[error(transparent)]
    Content(#[from] content::Error),

    /// The transaction failed.
    #[error("the transaction failed")]
    Store(#[from] db::Error),
}
