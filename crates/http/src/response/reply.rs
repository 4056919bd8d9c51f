//! Success responses.

use std::marker::PhantomData;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web::Bytes,
};
use loggia_idempotency::Response as StoredResponse;
use serde::Serialize;

use super::conditional::{self, Keep, Known};
use crate::{
    dialect::{Dialect, Reject, respond},
    error::Problem,
};

/// The header that marks a replayed response.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The return type of handlers of dialect `D`.
pub type Response<D> = Result<Reply<D>, Reject<D>>;

/// A success response in the media type of dialect `D`. Unlike an [`HttpResponse`] it is `Send`, so a transaction can
/// return it.
pub struct Reply<D> {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    // The entity tags that the client has, and the cache policy, if the response gets an entity tag.
    condition: Option<(Known, Keep)>,
    // An error that the response reports instead.
    failure: Option<Problem>,
    dialect: PhantomData<fn() -> D>,
}

impl<D: Dialect> Reply<D> {
    /// Returns 200 with this body.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    /// Returns 201 with this body.
    pub fn created(body: &impl Serialize) -> Self {
        Self::with(StatusCode::CREATED, body)
    }

    /// Returns 204 without body and content type.
    pub fn no_content() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
    }

    /// Returns a status without a body.
    pub fn bare(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            condition: None,
            failure: None,
            dialect: PhantomData,
        }
    }

    /// Adds a header. A name or value that is invalid is omitted.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Adds an entity tag and the cache policy. The response becomes 304 if the client has the tag.
    #[must_use]
    pub fn fresh(self, known: &Known, keep: Keep) -> Self {
        Self { condition: Some((known.clone(), keep)), ..self }
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self {
                headers: content_type(HeaderValue::from_static(D::CONTENT_TYPE)),
                body: Bytes::from(body),
                ..Self::bare(status)
            },
            Err(error) => Self {
                failure: Some(Problem::Internal(Box::new(error))),
                ..Self::bare(StatusCode::INTERNAL_SERVER_ERROR)
            },
        }
    }

    /// Returns the parts that are stored for a replay, or `None` for a server error.
    pub(crate) fn to_stored(&self) -> Option<StoredResponse> {
        let content_type = self.headers.get(header::CONTENT_TYPE);
        (!self.status.is_server_error()).then(|| StoredResponse {
            status: self.status.as_u16(),
            content_type: content_type.and_then(|kind| Some(kind.to_str().ok()?.to_owned())),
            body: self.body.to_vec(),
        })
    }

    /// Returns the stored response of an earlier request.
    pub(crate) fn replay(stored: &StoredResponse) -> Self {
        let kind = stored.content_type.as_deref();
        let kind = kind.and_then(|kind| HeaderValue::from_str(kind).ok());
        let mut headers = kind.map(content_type).unwrap_or_default();
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        Self {
            headers,
            body: Bytes::copy_from_slice(&stored.body),
            ..Self::bare(StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK))
        }
    }
}

fn content_type(value: HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, value)])
}

impl<D: Dialect> Responder for Reply<D> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        if let Some(problem) = self.failure {
            return respond::<D>(&problem);
        }
        let mut response = HttpResponse::new(self.status).set_body(BoxBody::new(self.body));
        *response.headers_mut() = self.headers;
        match self.condition {
            Some((known, keep)) => conditional::tagged(response, &known, keep),
            None => response,
        }
    }
}
