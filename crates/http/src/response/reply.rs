//! Answers on their way out.

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
use loggia_idempotency::Answer as Kept;
use serde::Serialize;

use super::conditional::{self, Keep, Known};
use crate::{
    dialect::{Dialect, Reject, respond},
    error::Problem,
    request::idempotency::REPLAYED,
};

/// What a handler of dialect `D` returns.
pub type Response<D> = Result<Reply<D>, Reject<D>>;

/// An answer that is no refusal, in the media type of dialect `D`.
pub struct Reply<D> {
    response: HttpResponse<BoxBody>,
    // What is in the response, which does not show it.
    body: Bytes,
    dialect: PhantomData<fn() -> D>,
}

impl<D: Dialect> Reply<D> {
    /// 200 with this body.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    /// 201 with this body.
    pub fn created(body: &impl Serialize) -> Self {
        Self::with(StatusCode::CREATED, body)
    }

    /// 204: no body, no type.
    pub fn no_content() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
    }

    /// A status alone.
    pub fn bare(status: StatusCode) -> Self {
        Self {
            response: HttpResponse::new(status),
            body: Bytes::new(),
            dialect: PhantomData,
        }
    }

    /// The same answer with a header more. One that cannot be written as a header is left away.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            self.response.headers_mut().insert(name, value);
        }
        self
    }

    /// The same answer with a tag, for a client that may keep it; 304 for one that has it already.
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

    /// What is kept of it for a client that asks again: nothing of a fault.
    pub(crate) fn kept(&self) -> Option<Kept> {
        let status = self.response.status();
        let content_type = self.response.headers().get(header::CONTENT_TYPE);
        (!status.is_server_error()).then(|| Kept {
            status: status.as_u16(),
            content_type: content_type.and_then(|kind| Some(kind.to_str().ok()?.to_owned())),
            body: self.body.to_vec(),
        })
    }

    /// The answer that was given before.
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
