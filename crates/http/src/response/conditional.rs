//! Conditional requests: entity tags and caching. Source: RFC 9110, section 13; RFC 9111.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::Payload,
    http::{
        StatusCode,
        header::{
            self, EntityTag, Header, HeaderMap, HeaderValue, IfNoneMatch, TryIntoHeaderValue,
        },
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The caches that may store a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Every cache, for a minute without revalidation, because the response does not depend on credentials.
    Public,
    /// Only the caller's own cache, which must revalidate before each use.
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

/// Extractor of the entity tags that the client has: `If-None-Match`. An invalid one is ignored.
#[derive(Clone)]
pub struct Known(IfNoneMatch);

impl Known {
    /// Returns whether the client has this entity tag. The comparison is weak: source: RFC 9110, section 13.1.2.
    fn has(&self, tag: &EntityTag) -> bool {
        match &self.0 {
            IfNoneMatch::Any => true,
            IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(tag)),
        }
    }
}

impl FromRequest for Known {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = IfNoneMatch::parse(request);
        ready(Ok(Self(known.unwrap_or(IfNoneMatch::Items(Vec::new())))))
    }
}

/// The headers that are part of the entity tag, because a 304 does not replace the ones that the client stored.
const TAGGED: [&str; 2] = ["x-total-count", "link"];

/// Adds an entity tag and the cache policy to a response. If the client has the tag, the response becomes 304 without a
/// body.
pub(super) fn tagged(
    response: HttpResponse<BoxBody>,
    known: &Known,
    keep: Keep,
) -> HttpResponse<BoxBody> {
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        // A stream. No handler passes one.
        Err(body) => return response.set_body(body),
    };
    let tag = tag_of(response.headers(), &body);
    let is_known = known.has(&tag);
    let headers = response.headers_mut();
    if let Ok(tag) = tag.try_into_value() {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, keep.policy());
    // Compression sets `Vary` only on responses that it compresses, but every response depends on the header.
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Accept-Encoding"));
    if !is_known {
        return response.set_body(BoxBody::new(body));
    }
    headers.remove(header::CONTENT_TYPE);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.set_body(BoxBody::new(()))
}

/// Returns a weak entity tag, because compression changes the bytes afterwards.
fn tag_of(headers: &HeaderMap, body: &[u8]) -> EntityTag {
    let mut digest = Sha256::new();
    for name in TAGGED {
        if let Some(value) = headers.get(name) {
            digest.update(name);
            digest.update(value.as_bytes());
        }
    }
    digest.update(body);
    let digest = digest.finalize();
    // Half of the digest distinguishes responses. It protects no secret.
    let half = digest.get(..16).unwrap_or_default();
    EntityTag::new_weak(URL_SAFE_NO_PAD.encode(half))
}

#[cfg(test)]
mod tests;
