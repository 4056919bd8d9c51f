//! Forms: urlencoded and multipart bodies, as if they were JSON objects of texts.

use actix_multipart::{Multipart, MultipartError};
use actix_web::{http::header::HeaderMap, web::Bytes};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use crate::error::Problem;

/// `a=1&b=2`. A key that is repeated counts by its last value, but for `lists`, which have all of theirs.
pub(super) fn urlencoded(body: &[u8], lists: &[&str]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        let value = Value::String(value.into_owned());
        put(&mut fields, lists, name.into_owned(), value);
    }
    fields
}

fn put(fields: &mut Map<String, Value>, lists: &[&str], name: String, value: Value) {
    if !lists.contains(&name.as_str()) {
        fields.insert(name, value);
    } else if let Some(Value::Array(items)) = fields.get_mut(&name) {
        items.push(value);
    } else {
        fields.insert(name, Value::Array(vec![value]));
    }
}

/// Parts of a multipart body. A file where a text is due becomes an object, which no text field accepts.
pub(super) async fn multipart(
    headers: &HeaderMap,
    body: Bytes,
    lists: &[&str],
) -> Result<Map<String, Value>, Problem> {
    let chunks = stream::iter([Ok::<_, actix_web::error::PayloadError>(body)]);
    let mut parts = Multipart::new(headers, chunks);
    let mut fields = Map::new();
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(malformed)?;
        let Some(name) = part.name().map(str::to_owned) else {
            continue;
        };
        let is_file = part
            .content_disposition()
            .is_some_and(|disposition| disposition.get_filename().is_some());
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            bytes.extend_from_slice(&chunk.map_err(malformed)?);
        }
        let value = match String::from_utf8(bytes) {
            Ok(text) if !is_file => Value::String(text),
            _ => Value::Object(Map::new()),
        };
        put(&mut fields, lists, name, value);
    }
    Ok(fields)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where an error is converted"
)]
fn malformed(error: MultipartError) -> Problem {
    tracing::debug!(%error, "a multipart body cannot be parsed");
    Problem::MalformedForm
}
