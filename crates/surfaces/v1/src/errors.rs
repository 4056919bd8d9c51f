//! Error messages of this surface. Source: docs/contract/v1.md «Errors», and the headings of the operations.

use loggia_identity::{self as identity, LinkError, TokenError, passwords::Weakness};

use loggia_http::{
    dialect::weakness,
    error::{AuthFault, Problem, Rejection},
};

pub(crate) const EMAIL_IN_USE: Rejection =
    Rejection::bad_request("User with this email already exists");
pub(crate) const EMAIL_TAKEN: Rejection = Rejection::bad_request("Email already taken");
/// The address was taken between the request for the change and its confirmation.
pub(crate) const EMAIL_TAKEN_BEFORE_CONFIRMATION: Rejection =
    Rejection::bad_request("Email already taken.");
pub(crate) const INVALID_EMAIL: Rejection = Rejection::bad_request("Invalid email address");

const WRONG_OLD_PASSWORD: Rejection = Rejection::bad_request("Old password is incorrect");
pub(crate) const EMPTY_PASSWORD: Rejection = Rejection::bad_request("Password cannot be empty");

const INVALID_LINK: Rejection = Rejection::bad_request("Invalid or expired token.");
const EXPIRED_LINK: Rejection = Rejection::bad_request("Token has expired.");

pub(crate) const USERNAME_LENGTH: Rejection =
    Rejection::bad_request("Username must be 1-50 characters.");
pub(crate) const EMPTY_USERNAME: Rejection = Rejection::bad_request("Username cannot be empty");
pub(crate) const USERNAME_CHARACTERS: Rejection =
    Rejection::bad_request("Username may only contain letters, numbers, dots, and underscores.");
pub(crate) const USERNAME_TAKEN: Rejection = Rejection::bad_request("Username already taken");

pub(crate) const TAG_ORDERING: Rejection =
    Rejection::bad_request("Invalid ordering. Allowed: name, -name, id, -id");
pub(crate) const TOO_MANY_TERMS: Rejection =
    Rejection::bad_request("Search supports at most 10 terms.");
pub(crate) const INVALID_CURSOR: Rejection = Rejection::bad_request("Invalid cursor.");

/// Returns the error of a new password that the password policy rejects.
pub(crate) fn weak_password(weaknesses: &[Weakness]) -> Problem {
    let sentences: Vec<String> = weaknesses.iter().map(weakness).collect();
    Rejection::bad_request("").with_text(sentences.join(" ")).into()
}

/// Returns the error of missing or empty fields of a token operation. The text calls every token `token`.
pub(crate) fn missing_token_fields(names: &[&str]) -> Problem {
    let rejection = Rejection::bad_request("Invalid input.").with("code", "invalid");
    let rejection = names.iter().fold(rejection, |rejection, name| {
        let shown = if *name == "refresh" { "token" } else { name };
        rejection.with(*name, format!("{shown} is required"))
    });
    rejection.into()
}

/// Converts errors of the identity domain to this surface's messages.
///
/// [`identity::Error::NotFound`] means the caller's own account: it was deleted while the request was served, so the
/// caller gets the error that the next request would get.
pub(crate) fn problem(error: identity::Error) -> Problem {
    use identity::Error as E;
    match error {
        E::NotFound => AuthFault::AccessToken(TokenError::UnknownAccount).into(),
        E::WeakPassword(weaknesses) => weak_password(&weaknesses),
        E::WrongPassword => WRONG_OLD_PASSWORD.into(),
        E::InvalidLink(LinkError::Invalid) => INVALID_LINK.into(),
        E::InvalidLink(LinkError::Expired) => EXPIRED_LINK.into(),
        error => error.into(),
    }
}

/// Like [`problem`], with the given message for a value that another account has.
pub(crate) fn problem_or(taken: Rejection) -> impl FnOnce(identity::Error) -> Problem {
    move |error| match error {
        identity::Error::Taken { .. } => taken.into(),
        error => problem(error),
    }
}
