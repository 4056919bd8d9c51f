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
    problem::{Code, Problem},
};

/// A body that has not been read yet.
///
/// Reading it is a step of the handler's own, because credentials are judged first, and only then what is sent with
/// them. Source: contract/drf.md 1.1, contract/v1.md 1.3.
pub struct Body<D> {
    headers: HeaderMap,
    payload: Payload,
    dialect: PhantomData<fn() -> D>,
}

/// The largest body of JSON or form fields that is read, in bytes. Source: the project's reliability figures, "Load".
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
        let fields = self.fields().await?;
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
        let fields = self.fields().await?;
        let (fields, unknown): (Fields, Fields) = fields
            .into_iter()
            .partition(|(key, _)| known.contains(&key.as_str()));
        let mut unknown: Vec<String> = unknown.into_keys().collect();
        unknown.sort();
        Ok((typed(&fields)?, unknown))
    }

    async fn fields(self) -> Result<Fields, Problem> {
        let kind = media_type(&self.headers);
        let Self {
            headers, payload, ..
        } = self;
        let body = collect(payload).await?;
        if D::IS_ALWAYS_JSON {
            // Source: contract/v1.md 1.2.
            if body.is_empty() {
                return Err(Problem::field("body/data", Code::Required));
            }
            return json(&body);
        }
        if body.is_empty() {
            return Ok(Fields::new());
        }
        match kind.as_str() {
            "application/json" => json(&body),
            "application/x-www-form-urlencoded" => raw(form::urlencoded(&body)),
            "multipart/form-data" => raw(form::multipart(&headers, body).await?),
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
            dialect: PhantomData,
        }))
    }
}

async fn collect(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    loop {
        let next = tokio::time::timeout(MAX_SILENCE, payload.next()).await;
        match next {
            Ok(None) => return Ok(body.freeze()),
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

fn json(body: &[u8]) -> Result<Fields, Problem> {
    if body.is_empty() {
        return Ok(Fields::new());
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| malformed(&error))?
        .trim_start_matches('\u{feff}');
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    if whole.get().starts_with('{') {
        return serde_json::from_str(whole.get()).map_err(|error| malformed(&error));
    }
    let value: Input = serde_json::from_str(whole.get()).map_err(|error| malformed(&error))?;
    Err(Problem::NotAnObject(value.kind()))
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
