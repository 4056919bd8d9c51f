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

/// Reads a body into a struct of fields. JSON that is not an object counts as an object without keys, so that every required
/// field is reported as missing.
pub(super) async fn fields<T: DeserializeOwned>(body: Body<Ninja>) -> Result<T, Reject<Ninja>> {
    body.read_or_empty().await
}

/// As [`Body::read_strict`], with the keys that the struct does not declare as errors.
pub(super) async fn known_fields<T: DeserializeOwned>(
    body: Body<Ninja>,
) -> Result<(T, FieldErrors), Reject<Ninja>> {
    let (fields, unknown) = body.read_strict::<T>().await?;
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
