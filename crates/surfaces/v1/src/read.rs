//! Reading of bodies and queries like django-ninja. Source: docs/contract/v1.md «Request bodies», «Validation errors».

use actix_web::HttpRequest;
use loggia_identity::passwords::Password;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use loggia_http::{
    dialect::{Ninja, Reject},
    error::{Code, FieldErrors, Problem, Refusal},
    request::{Body, Input, strict},
};

/// Reads a body into a struct of [`Input`]s. JSON that is not an object counts as an empty object, so that every
/// required field is reported as missing.
pub(super) async fn fields<T: DeserializeOwned + Default>(
    body: Body<Ninja>,
) -> Result<T, Reject<Ninja>> {
    match body.read::<T>().await {
        Err(reject) if matches!(reject.problem(), Problem::NotAnObject(_)) => Ok(T::default()),
        outcome => outcome,
    }
}

/// Like [`Body::read_strict`], with an error for each key that is not in `known`.
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

/// The largest number of unknown keys in one response. A body has room for thousands.
/// Source: docs/contract/v1.md «Validation errors».
const MAX_UNKNOWN: usize = 100;

/// Reads a query parameter. Of a repeated one the last value counts, as in Django.
pub(super) fn parameter(request: &HttpRequest, name: &str) -> Input {
    form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(key, _)| key == name)
        .last()
        .map_or(Input::Absent, |(_, value)| Input::Text(value.into_owned()))
}

/// Reads a required password. It may be empty: see [`not_empty`].
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

/// Rejects an empty new password, whatever the password policy is.
pub(super) fn not_empty(password: Password) -> Result<Password, Problem> {
    if password.expose().is_empty() {
        return Err(Refusal::EmptyPassword.into());
    }
    Ok(password)
}
