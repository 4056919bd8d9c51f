//! Errors that only this surface has.

use loggia_http::error::{Code, Rejection};

/// A login with wrong credentials, at `non_field_errors`. Source: djoser 2.3.5, `constants.py`, like the next two.
pub(crate) const INVALID_CREDENTIALS: Code =
    Code::Rule("Unable to log in with provided credentials.");

/// A link that names an account which does not exist, at `uid`.
pub(crate) const UNKNOWN_UID: Code = Code::Rule("Invalid user id or user doesn't exist.");

/// Activation of an active account.
pub(crate) const STALE_TOKEN: Rejection = Rejection::forbidden("Stale token for given user.");
