//! A request's body, which the handler reads after authentication.

use std::{collections::HashMap, future::Ready, marker::PhantomData};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{
    Input,
    arrival::Arrival,
    fields::{Codes, Fields, Partial},
    form,
};
use crate::{
    dialect::{Dialect, Reject},
    error::{Code, FieldErrors, Kind, Problem},
};

/// A body that has not been read yet.
///
/// The handler reads it explicitly, because credentials are checked before the payload. It has arrived by then: the
/// handler's [`Guard`](crate::auth::Guard) waits for it, unless the operation is public.
/// Source: docs/contract/drf.md «Order of checks»; docs/contract/v1.md «Order of checks».
pub struct Body<D> {
    headers: HeaderMap,
    arrival: Arrival,
    dialect: PhantomData<fn() -> D>,
}

/// The location of errors of a whole body. Source: docs/contract/v1.md «Errors».
const WHOLE: &str = "body/data";

/// The largest number of unknown keys in one response, because a body has room for thousands.
/// Source: docs/contract/v1.md «Validation errors».
const MAX_UNKNOWN: usize = 100;

impl<D: Dialect> Body<D> {
    /// Reads the body into `T`, a struct of [`Field`](super::fields::Field)s. An empty body is an empty object, except
    /// where bodies are always JSON; unknown keys are ignored, and the last value of a repeated key counts.
    ///
    /// # Errors
    /// [`Problem::UnsupportedMediaType`], [`Problem::Malformed`], [`Problem::MalformedForm`], [`Problem::NotAnObject`],
    /// [`Problem::TooLarge`], [`Problem::TooSlow`].
    pub async fn read<T: DeserializeOwned>(self) -> Result<T, Reject<D>> {
        Ok(self.fields().await?.read()?.0)
    }

    /// As [`Body::read`], where no field is required: what PATCH takes. The document describes it as [`Partial`].
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read_partial<T: DeserializeOwned>(self) -> Result<T, Reject<D>> {
        let Partial(fields) = self.read().await?;
        Ok(fields)
    }

    /// As [`Body::read`], where JSON that is not an object counts as an empty one: every required field is reported as
    /// missing.
    ///
    /// # Errors
    /// As [`Body::read`], without [`Problem::NotAnObject`].
    pub async fn read_or_empty<T: DeserializeOwned>(self) -> Result<T, Reject<D>> {
        let fields = match self.fields().await {
            Err(Problem::NotAnObject(_)) => Fields::empty(),
            fields => fields?,
        };
        Ok(fields.read()?.0)
    }

    /// As [`Body::read`], and returns the errors of the keys that `T` does not declare.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read_strict<T: DeserializeOwned>(self) -> Result<(T, FieldErrors), Reject<D>> {
        let (fields, unknown) = self.fields().await?.read()?;
        let mut errors = FieldErrors::default();
        for key in unknown.iter().take(MAX_UNKNOWN) {
            errors.add(key, Code::Unknown);
        }
        Ok((fields, errors))
    }

    /// Reads a body that is a list of at most `max` items, or an object with such a list under `key`. It is JSON
    /// whatever its type says. `parse` reads an item; its errors are located at `body/data/<index>`.
    ///
    /// # Errors
    /// As [`Body::read`]; [`Code::NotAList`] and [`Code::TooManyItems`], at `body/data` or `body/data/<key>`; those of
    /// the items.
    pub async fn read_list<T>(
        self,
        key: &str,
        max: usize,
        parse: impl Fn(&Input) -> Result<T, Codes>,
    ) -> Result<Vec<T>, Reject<D>> {
        let mut errors = FieldErrors::default();
        let mut values = Vec::new();
        for (index, item) in self.items(key, max).await?.iter().enumerate() {
            match parse(item) {
                Ok(value) => values.push(value),
                Err(codes) => errors.extend(&format!("{WHOLE}/{index}"), codes),
            }
        }
        Ok(errors.or(values)?)
    }

    async fn items(self, key: &str, max: usize) -> Result<Vec<Input>, Problem> {
        let body = self.arrival.read().await?;
        if body.is_empty() {
            return Err(Problem::field(WHOLE, Code::Required));
        }
        let (place, input) = match json(&body)? {
            Json::Object(mut fields) => {
                let value = fields.remove(key);
                let input = value.map_or(Input::Absent, |value| Input::of_raw(&value));
                (format!("{WHOLE}/{key}"), input)
            }
            Json::Other(input) => (WHOLE.to_owned(), input),
        };
        let code = match input {
            Input::List(items) if items.len() <= max => return Ok(items),
            Input::List(items) => Code::TooManyItems { max, given: items.len() },
            Input::Absent => Code::Required,
            // Null has no kind, and the dialect that reads lists does not name the kind.
            other => Code::NotAList(other.kind().unwrap_or(Kind::Object)),
        };
        let mut errors = FieldErrors::default();
        errors.add(&place, code);
        Err(errors.into())
    }

    async fn fields(self) -> Result<Fields, Problem> {
        let kind = media_type(&self.headers);
        let Self { headers, arrival, .. } = self;
        let body = arrival.read().await?;
        if D::IS_ALWAYS_JSON {
            // Source: docs/contract/v1.md «Request bodies».
            if body.is_empty() {
                return Err(Problem::field(WHOLE, Code::Required));
            }
            return object(&body);
        }
        if body.is_empty() {
            return Ok(Fields::empty());
        }
        match kind.as_str() {
            "application/json" => object(&body),
            "application/x-www-form-urlencoded" => Ok(Fields::form(form::urlencoded(&body))),
            "multipart/form-data" => Ok(Fields::form(form::multipart(&headers, body).await?)),
            _ => Err(Problem::UnsupportedMediaType(shown_type(&headers))),
        }
    }
}

impl<D: Dialect> FromRequest for Body<D> {
    type Error = Reject<D>;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self {
            headers: request.headers().clone(),
            arrival: Arrival::begin(request, payload),
            dialect: PhantomData,
        }))
    }
}

/// The media type in lower case without parameters.
fn media_type(headers: &HeaderMap) -> String {
    let shown = shown_type(headers);
    let kind = shown.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

fn shown_type(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

type Members = HashMap<String, Box<RawValue>>;

/// The outcome of parsing a JSON body.
enum Json {
    Object(Members),
    Other(Input),
}

fn object(body: &[u8]) -> Result<Fields, Problem> {
    match json(body)? {
        Json::Object(members) => Ok(Fields::json(members)),
        Json::Other(input) => Err(Problem::NotAnObject(input.kind())),
    }
}

fn json(body: &[u8]) -> Result<Json, Problem> {
    let text = std::str::from_utf8(body)
        .map_err(|error| malformed(&error))?
        .trim_start_matches('\u{feff}');
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    if whole.get().starts_with('{') {
        let fields = serde_json::from_str(whole.get());
        return fields.map(Json::Object).map_err(|error| malformed(&error));
    }
    Ok(Json::Other(Input::of_raw(whole)))
}

fn malformed(error: &dyn std::fmt::Display) -> Problem {
    tracing::debug!(%error, "a body cannot be parsed");
    Problem::Malformed
}
