//! Answers on their way out.

use std::marker::PhantomData;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{StatusCode, header},
};
use serde::Serialize;

use crate::{
    dialect::{Dialect, Reject, respond},
    problem::Problem,
};

/// What a handler of dialect `D` returns.
pub type Answer<D> = Result<Reply<D>, Reject<D>>;

/// An answer that is no refusal, in the media type of dialect `D`.
pub struct Reply<D> {
    response: HttpResponse<BoxBody>,
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
            dialect: PhantomData,
        }
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Self {
        let response = match serde_json::to_vec(body) {
            Ok(body) => HttpResponse::build(status)
                .insert_header((header::CONTENT_TYPE, D::CONTENT_TYPE))
                .body(body),
            Err(error) => respond::<D>(&Problem::Internal(Box::new(error))),
        };
        Self {
            response,
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
