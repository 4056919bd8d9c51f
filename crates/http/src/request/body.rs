//! A request's body, read when the handler asks for it: after it knows who calls.

use std::{collections::HashMap, future::Ready, marker::PhantomData, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, value::MapDeserializer};
use serde_json::value::RawValue;

use super::{Input, form};
use crate::{
    dialect::{Dialect, Reject},
    error::{Code, FieldErrors, Kind, Problem},
    request::idempotency::Witness,
};

/// A body that has not been read yet.
///
/// Reading it is a step of the handler's own, because credentials are judged first, and only then what is sent with
/// them. Source: docs/contract/drf.md «Order of checks»; docs/contract/v1.md «Order of checks».
pub struct Body<D> {
    headers: HeaderMap,
    payload: Payload,
    witness: Option<Witness>,
    dialect: PhantomData<fn() -> D>,
}

/// The largest body of JSON or form fields that is read, in bytes. Source: docs/contract/README.md «Request limits».
const MAX_BYTES: usize = 64 * 1024;

/// How long a client may fall silent in the middle of its body. Source: the same.
const MAX_SILENCE: Duration = Duration::from_secs(30);

type Fields = HashMap<String, Box<RawValue>>;

impl<D: Dialect> Body<D> {
    /// Reads the body into `T`, a struct of [`Input`]s. An empty body is an empty object, but where bodies are always JSON;
    /// unknown keys are ignored, and of a key that is repeated the last value counts.
    ///
    /// # Errors
    /// [`Problem::UnsupportedMediaType`], [`Problem::Malformed`], [`Problem::MalformedForm`], [`Problem::NotAnObject`], [`Problem::TooLarge`],
    /// [`Problem::TooSlow`].
    pub async fn read<T: DeserializeOwned>(self) -> Result<T, Reject<D>> {
        self.read_lists(&[]).await
    }

    /// As [`Body::read`]; of a form, whose fields are texts, those that `lists` names come as lists of all their values.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read_lists<T: DeserializeOwned>(self, lists: &[&str]) -> Result<T, Reject<D>> {
        let fields = self.fields(lists).await?;
        Ok(typed(&fields)?)
    }

    /// As [`Body::read`], and returns the keys that `known` does not name, sorted. `T` may refuse unknown
    /// fields, for its document's sake: it is not given any.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub async fn read_strict<T: DeserializeOwned>(
        self,
        known: &[&str],
    ) -> Result<(T, Vec<String>), Reject<D>> {
        let fields = self.fields(&[]).await?;
        let (fields, unknown): (Fields, Fields) = fields
            .into_iter()
            .partition(|(key, _)| known.contains(&key.as_str()));
        let mut unknown: Vec<String> = unknown.into_keys().collect();
        unknown.sort();
        Ok((typed(&fields)?, unknown))
    }

    /// Reads a body that is a list of at most `max` items, or an object with such a list under `key`. It is JSON whatever
    /// its type says.
    ///
    /// # Errors
    /// As [`Body::read`]; [`Code::NotAList`] and [`Code::TooManyItems`], at `body/data` or `body/data/<key>`.
    pub async fn items(self, key: &str, max: usize) -> Result<Vec<Input>, Reject<D>> {
        let body = collect(self.payload, self.witness).await?;
        if body.is_empty() {
            return Err(Problem::field("body/data", Code::Required).into());
        }
        let (place, input) = match json(&body)? {
            Json::Object(mut fields) => {
                let value = fields.remove(key);
                let input = value.map_or(Input::Absent, |value| Input::of_raw(&value));
                (format!("body/data/{key}"), input)
            }
            Json::Other(input) => ("body/data".to_owned(), input),
        };
        let code = match input {
            Input::List(items) if items.len() <= max => return Ok(items),
            Input::List(items) => Code::TooManyItems {
                max,
                given: items.len(),
            },
            Input::Absent => Code::Required,
            // For null there is no kind, and where this is read nobody is told the kind.
            other => Code::NotAList(other.kind().unwrap_or(Kind::Object)),
        };
        let mut faults = FieldErrors::default();
        faults.add(&place, code);
        Err(faults.into())
    }

    async fn fields(self, lists: &[&str]) -> Result<Fields, Problem> {
        let kind = media_type(&self.headers);
        let Self {
            headers,
            payload,
            witness,
            ..
        } = self;
        let body = collect(payload, witness).await?;
        if D::IS_ALWAYS_JSON {
            // Source: docs/contract/v1.md «Request bodies».
            if body.is_empty() {
                return Err(Problem::field("body/data", Code::Required));
            }
            return object(&body);
        }
        if body.is_empty() {
            return Ok(Fields::new());
        }
        match kind.as_str() {
            "application/json" => object(&body),
            "application/x-www-form-urlencoded" => raw(form::urlencoded(&body, lists)),
            "multipart/form-data" => raw(form::multipart(&headers, body, lists).await?),
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
            payload: payload.take(),
            witness: Witness::of(request),
            dialect: PhantomData,
        }))
    }
}

async fn collect(mut payload: Payload, witness: Option<Witness>) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    loop {
        let next = tokio::time::timeout(MAX_SILENCE, payload.next()).await;
        match next {
            Ok(None) => {
                if let Some(witness) = witness {
                    witness.sees(&body);
                }
                return Ok(body.freeze());
            }
            Ok(Some(Ok(chunk))) if body.len() + chunk.len() <= MAX_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(Ok(_))) => return Err(Problem::TooLarge),
            Ok(Some(Err(error))) => {
                tracing::debug!(%error, "a body did not arrive whole");
                return Err(Problem::Malformed);
            }
            Err(_) => return Err(Problem::TooSlow),
        }
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

/// What a JSON body is.
enum Json {
    Object(Fields),
    Other(Input),
}

fn object(body: &[u8]) -> Result<Fields, Problem> {
    match json(body)? {
        Json::Object(fields) => Ok(fields),
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

fn raw(fields: serde_json::Map<String, serde_json::Value>) -> Result<Fields, Problem> {
    fields
        .into_iter()
        .map(|(name, value)| {
            let value = serde_json::value::to_raw_value(&value);
            value
                .map(|value| (name, value))
                .map_err(|error| malformed(&error))
        })
        .collect()
}

fn typed<T: DeserializeOwned>(fields: &Fields) -> Result<T, Problem> {
    let pairs = fields.iter().map(|(name, value)| (name.as_str(), &**value));
    T::deserialize(MapDeserializer::new(pairs))
        .map_err(|error: serde_json::Error| malformed(&error))
}
