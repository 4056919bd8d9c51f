//! Reading what is sent here: django-ninja's ways with bodies and queries.
//! Source: docs/contract/v1.md «Request bodies», «Validation errors».

use actix_web::HttpRequest;
use loggia_identity::passwords::Password;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use loggia_http::{
    dialect::{Ninja, Reject},
    error::{Code, FieldErrors, Problem, Refusal},
    request::{Body, Input, strict},
};

/// Reads a body into a struct of [`Input`]s. JSON that is no object counts as an object without keys, so that every field
/// that must be there is reported missing.
pub(super) async fn fields<T: DeserializeOwned + Default>(
    body: Body<Ninja>,
) -> Result<T, Reject<Ninja>> {
    match body.read::<T>().await {
        Err(reject) if matches!(reject.problem(), Problem::NotAnObject(_)) => Ok(T::default()),
        outcome => outcome,
    }
}

/// As [`Body::read_strict`], with the faults that the keys are which `known` does not name.
pub(super) async fn known_fields<T: DeserializeOwned>(
    body: Body<Ninja>,
    known: &[&str],
) -> Result<(T, FieldErrors), Reject<Ninja>> {
    let (fields, unknown) = body.read_strict::<T>(known).await?;
    let mut faults = FieldErrors::default();
    for key in unknown.iter().take(MAX_UNKNOWN) {
        faults.add(key, Code::Unknown);
    }
    Ok((fields, faults))
}

/// Keys that are named in one answer. A body has room for thousands, and nobody reads on for that long.
const MAX_UNKNOWN: usize = 100;

/// A parameter of the query. Of one that is repeated the last value counts, as in Django.
pub(super) fn parameter(request: &HttpRequest, name: &str) -> Input {
    form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(key, _)| key == name)
        .last()
        .map_or(Input::Absent, |(_, value)| Input::Text(value.into_owned()))
}

/// A password that must be there. It may be empty: see [`not_empty`].
pub(super) fn password(faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Password> {
    let text = strict::required(faults, name, input)?;
    match Password::new(text) {
        Ok(password) => Some(password),
        Err(_) => {
            faults.add(name, Code::TooLong(Password::MAX_BYTES));
            None
        }
    }
}

/// A new password has at least one character, whatever the policy says of it.
pub(super) fn not_empty(password: Password) -> Result<Password, Problem> {
    if password.expose().is_empty() {
        return Err(Refusal::EmptyPassword.into());
    }
    Ok(password)
}
