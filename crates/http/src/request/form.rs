//! Parsing of forms: the fields of urlencoded and multipart bodies, in the order sent.

use actix_multipart::{Multipart, MultipartError};
use actix_web::{http::header::HeaderMap, web::Bytes};
use futures_util::{StreamExt, stream};

use super::Input;
use crate::error::Problem;

/// Parses `a=1&b=2`.
pub(super) fn urlencoded(body: &[u8]) -> Vec<(String, Input)> {
    url::form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Input::Text(value.into_owned())))
        .collect()
}

/// Reads the parts of a multipart body. A file becomes an object, which no text field accepts.
pub(super) async fn multipart(
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Vec<(String, Input)>, Problem> {
    let chunks = stream::iter([Ok::<_, actix_web::error::PayloadError>(body)]);
    let mut parts = Multipart::new(headers, chunks);
    let mut fields = Vec::new();
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
            Ok(text) if !is_file => Input::Text(text),
            _ => Input::Object,
        };
        fields.push((name, value));
    }
    Ok(fields)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where an error is converted")]
fn malformed(error: MultipartError) -> Problem {
    tracing::debug!(%error, "a multipart body cannot be parsed");
    Problem::MalformedForm
}
