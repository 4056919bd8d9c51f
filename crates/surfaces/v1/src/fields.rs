//! Rules of fields that several operations share, with messages of this surface.

use loggia_identity::passwords::Password;
use loggia_kernel::Email;

use crate::errors;
use loggia_http::error::Problem;

/// Parses an email address, in lower case.
///
/// # Errors
/// [`errors::INVALID_EMAIL`].
pub(crate) fn lowercase_email(text: &str) -> Result<Email, Problem> {
    Email::parse_lowercase(text).or(Err(errors::INVALID_EMAIL.into()))
}

/// Rejects an empty new password, whatever the password policy is.
///
/// # Errors
/// [`errors::EMPTY_PASSWORD`].
pub(crate) fn not_empty(password: Password) -> Result<Password, Problem> {
    if password.expose().is_empty() {
        return Err(errors::EMPTY_PASSWORD.into());
    }
    Ok(password)
}
