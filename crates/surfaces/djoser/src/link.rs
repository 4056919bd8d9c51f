//! The parts of an emailed link: the account's id and the one-time token.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_identity::Error;
use loggia_kernel::AccountId;

use crate::errors::{STALE_TOKEN, UNKNOWN_UID};
use loggia_http::error::Problem;

/// Returns the account that a `uid` names: its id in URL-safe base64. Source: Django 5.2, `urlsafe_base64_encode`.
///
/// # Errors
/// [`UNKNOWN_UID`] at `uid`, as for an account that does not exist.
pub(super) fn owner(uid: &str) -> Result<AccountId, Problem> {
    let digits = URL_SAFE_NO_PAD.decode(uid.trim_end_matches('=')).ok();
    digits.and_then(|digits| account_id(std::str::from_utf8(&digits).ok()?)).ok_or_else(unknown_uid)
}

/// Parses an account's id in a path or a link: ASCII digits only.
pub(super) fn account_id(text: &str) -> Option<AccountId> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok())??;
    Some(AccountId::new(number))
}

/// Converts a failure to use a link into the error of the field that caused it.
pub(super) fn problem(error: Error) -> Problem {
    match error {
        Error::NotFound => unknown_uid(),
        Error::AlreadyActive => STALE_TOKEN.into(),
        error => error.into(),
    }
}

fn unknown_uid() -> Problem {
    Problem::field("uid", UNKNOWN_UID)
}

#[cfg(test)]
mod tests;
