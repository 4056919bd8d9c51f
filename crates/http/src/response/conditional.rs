//! What a client may keep of an answer, and how it asks whether that is still so. Source: RFC 9110, section 13; RFC 9111.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Who may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Anybody on the way, and for a minute without asking: nobody's credentials had a part in it.
    Public,
    /// The caller himself, if he asks before each use.
    Private,
}

impl Keep {
    fn policy(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Public => "public, max-age=60",
            Self::Private => "private, no-cache",
        })
    }
}

/// What the client says it has: `If-None-Match`.
pub struct Known(Vec<String>);

impl Known {
    /// Whether the client has what this tag stands for. Tags are compared weakly: source: RFC 9110, section 13.1.2.
    fn has(&self, tag: &str) -> bool {
        let strong = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
        self.0
            .iter()
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .any(|known| known == "*" || strong(known) == strong(tag))
    }
}

impl FromRequest for Known {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lines = request.headers().get_all(header::IF_NONE_MATCH);
        let lines = lines.filter_map(|line| line.to_str().ok());
        ready(Ok(Self(lines.map(str::to_owned).collect())))
    }
}

/// What of the headers a client would miss if it kept the old ones: they are part of what the tag stands for.
const TAGGED: [&str; 2] = ["x-total-count", "link"];

/// Puts a tag on an answer and says who may keep it; where the client has it already, only that remains of it.
pub(super) fn tagged(
    response: HttpResponse<BoxBody>,
    known: &Known,
    keep: Keep,
) -> HttpResponse<BoxBody> {
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        // A stream, which nobody hands in.
        Err(body) => return response.set_body(body),
    };
    let tag = tag_of(response.headers(), &body);
    let is_known = known.has(&tag);
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, keep.policy());
    // Compression names its header only where it did something; but the answer depends on it in any case.
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Authorization, Accept-Encoding"),
    );
    if !is_known {
        return response.set_body(BoxBody::new(body));
    }
    headers.remove(header::CONTENT_TYPE);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.set_body(BoxBody::new(()))
}

/// A weak tag, because compression changes the bytes afterwards.
fn tag_of(headers: &HeaderMap, body: &[u8]) -> String {
    let mut digest = Sha256::new();
    for name in TAGGED {
        if let Some(value) = headers.get(name) {
            digest.update(name);
            digest.update(value.as_bytes());
        }
    }
    digest.update(body);
    let digest = digest.finalize();
    // Half of it keeps two answers apart; no secret hangs on it.
    let half = digest.get(..16).unwrap_or_default();
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(half))
}

#[cfg(test)]
mod tests;
