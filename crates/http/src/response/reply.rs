//! Success responses.

use std::marker::PhantomData;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web::Bytes,
};
use loggia_idempotency::Response as Kept;
use serde::Serialize;

use super::conditional::{self, Keep, Known};
use crate::{
    dialect::{Dialect, Reject, respond},
    error::Problem,
    request::idempotency::REPLAYED,
};

/// The return type of handlers of dialect `D`.
pub type Response<D> = Result<Reply<D>, Reject<D>>;

/// A success response in the media type of dialect `D`.
pub struct Reply<D> {
    response: HttpResponse<BoxBody>,
    // A copy of the body, because the response does not expose it.
    body: Bytes,
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
            response: HttpResponse::new(status),
            body: Bytes::new(),
            dialect: PhantomData,
        }
    }

    /// Adds a header. A name or value that is invalid is omitted.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            self.response.headers_mut().insert(name, value);
        }
        self
    }

    /// Adds an entity tag and the cache policy. The response becomes 304 if the client has the tag.
    #[must_use]
    pub fn fresh(self, known: &Known, keep: Keep) -> Self {
        Self {
            response: conditional::tagged(self.response, known, keep),
            ..self
        }
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Self {
        let body = match serde_json::to_vec(body) {
            Ok(body) => Bytes::from(body),
            Err(error) => {
                return Self {
                    response: respond::<D>(&Problem::Internal(Box::new(error))),
                    body: Bytes::new(),
                    dialect: PhantomData,
                };
            }
        };
        let response = HttpResponse::build(status)
            .insert_header((
                header::CONTENT_TYPE,
                HeaderValue::from_static(D::CONTENT_TYPE),
            ))
            .body(body.clone());
        Self {
            response,
            body,
            dialect: PhantomData,
        }
    }

    /// Returns the parts that are stored for a replay, or `None` for a server error.
    pub(crate) fn kept(&self) -> Option<Kept> {
        let status = self.response.status();
        let content_type = self.response.headers().get(header::CONTENT_TYPE);
        (!status.is_server_error()).then(|| Kept {
            status: status.as_u16(),
            content_type: content_type.and_then(|kind| Some(kind.to_str().ok()?.to_owned())),
            body: self.body.to_vec(),
        })
    }

    /// Returns the stored response of an earlier request.
    pub(crate) fn again(kept: &Kept) -> Self {
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        let body = Bytes::copy_from_slice(&kept.body);
        let mut response = HttpResponse::build(status);
        if let Some(kind) = &kept.content_type {
            response.insert_header((header::CONTENT_TYPE, kind.as_str()));
        }
        response.insert_header((REPLAYED, "true"));
        Self {
            response: response.body(body.clone()),
            body,
            dialect: PhantomData,
        }
    }
}

impl<D> Responder for Reply<D> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        self.response
    }
}
