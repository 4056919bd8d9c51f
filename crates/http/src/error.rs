//! Errors that all surfaces share, without status codes and texts.
#![warn(clippy::wildcard_enum_match_arm)]

mod field_errors;
mod from_domain;
mod problem;
mod rejection;

pub use self::{
    field_errors::{Code, FieldErrors, Kind, NON_FIELD},
    from_domain::{CODENAME_EXISTS, ROLE_EXISTS, slug_exists},
    problem::{AuthFault, Problem, Refusal},
    rejection::Rejection,
};

/// Returns the error and its sources on one line.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}
