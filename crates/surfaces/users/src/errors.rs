//! Errors that only this surface has. Source: docs/contract/users.md «Registration», «Login», «Logout».

use actix_web::http::StatusCode;
use loggia_http::{
    dialect::{self, Envelope, Reject, not_an_object},
    error::{Code, Problem, Rejection},
};

/// A password with fewer than eight characters, or without a letter or a digit.
pub(crate) const NOT_LETTERS_AND_DIGITS: Code = Code::Rule(dialect::LETTERS_AND_DIGITS);

/// Login without an email address.
pub(crate) const EMAIL_REQUIRED: Rejection = Rejection::bad_request("Email is required.");

/// Login without a password.
pub(crate) const PASSWORD_REQUIRED: Rejection = Rejection::bad_request("Password is required.");

/// Login with a password that is not a text. Unlike other wrong credentials, it has the header `WWW-Authenticate`.
/// Source: the recorded `login.unknown` and `login.password.int`.
pub(crate) const PASSWORD_NOT_TEXT: Rejection =
    Rejection::new(StatusCode::UNAUTHORIZED, dialect::INVALID_CREDENTIALS);

/// Logout without a refresh token.
pub(crate) const REFRESH_REQUIRED: Rejection = Rejection::bad_request(dialect::REFRESH_REQUIRED);

/// Logout with an invalid refresh token.
pub(crate) const INVALID_REFRESH: Rejection = Rejection::bad_request("Invalid or expired token");

/// Returns the error of a body at login and logout, which report a body that is not an object without naming a field.
/// Source: the recorded `login.body.array`.
pub(crate) fn without_fields(reject: Reject<Envelope>) -> Problem {
    match reject.into_problem() {
        Problem::NotAnObject(kind) => {
            let rejection = Rejection::bad_request("");
            rejection.with_text(not_an_object(kind)).into()
        }
        problem => problem,
    }
}
