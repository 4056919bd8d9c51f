//! Dialects: the status, body and headers of errors in three formats.
#![warn(clippy::wildcard_enum_match_arm)]

mod drf;
mod envelope;
mod messages;
mod ninja;

use std::{fmt, marker::PhantomData};

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::error::{self, AuthFault, Problem};

pub use self::{
    drf::{AccessOut, DetailOut, Drf, FieldErrorsOut, Pair, TokenErrorOut},
    envelope::{Envelope, FailedOut, INVALID_CREDENTIALS, LETTERS_AND_DIGITS, REFRESH_REQUIRED},
    messages::{not_an_object, weakness},
    ninja::{Ninja, NinjaErrorOut, NinjaFieldErrorOut},
};

/// An error format that surfaces share: status codes, texts and body shapes.
pub trait Dialect: fmt::Debug + 'static {
    /// The media type of responses.
    const CONTENT_TYPE: &'static str;

    /// Whether bodies are JSON regardless of their `Content-Type`.
    const IS_ALWAYS_JSON: bool;

    /// Whether the rules of Django REST framework apply: content negotiation, OPTIONS, and `Allow` and `Vary` on every
    /// response.
    const IS_REST_FRAMEWORK: bool;

    /// The names of the schemas that describe an invalid request.
    const INVALID_SCHEMAS: &'static [&'static str];

    /// The name of the schema of all other errors.
    const ERROR_SCHEMA: &'static str;

    /// Returns the schemas of all errors, by name.
    fn error_schemas() -> Vec<(String, RefOr<Schema>)>;

    /// Returns the value of `WWW-Authenticate` on a 401 for this cause, if the dialect sends the header.
    fn challenge(fault: AuthFault) -> Option<&'static str>;

    /// Returns the status and body of a problem.
    fn render(problem: &Problem) -> (StatusCode, Value);
}

/// A [`Problem`] that dialect `D` renders: the error type of handlers.
pub struct Reject<D> {
    problem: Problem,
    dialect: PhantomData<fn() -> D>,
}

impl<D> Reject<D> {
    /// Returns the problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Returns the problem, for a handler that maps it to another one.
    pub fn into_problem(self) -> Problem {
        self.problem
    }
}

impl<D: Dialect, E: Into<Problem>> From<E> for Reject<D> {
    fn from(error: E) -> Self {
        Self { problem: error.into(), dialect: PhantomData }
    }
}

impl<D> fmt::Debug for Reject<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl<D> fmt::Display for Reject<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is refused")
    }
}

impl<D: Dialect> ResponseError for Reject<D> {
    fn status_code(&self) -> StatusCode {
        D::render(&self.problem).0
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        respond::<D>(&self.problem)
    }
}

/// Renders a problem as a response: status, body and the headers that belong to them.
pub fn respond<D: Dialect>(problem: &Problem) -> HttpResponse<BoxBody> {
    let (status, body) = D::render(problem);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(D::CONTENT_TYPE)));
    match problem {
        Problem::Unauthenticated(fault) => challenge::<D>(&mut response, status, *fault),
        // A surface's own 401 has the challenge that a request without credentials gets.
        Problem::Rejected(_) => challenge::<D>(&mut response, status, AuthFault::NotGiven),
        Problem::Throttled { retry_after } | Problem::Unavailable { retry_after } => {
            let seconds = retry_after.as_secs_f64().ceil().max(1.0);
            let seconds = format!("{seconds:.0}");
            if let Ok(seconds) = HeaderValue::from_str(&seconds) {
                response.insert_header((header::RETRY_AFTER, seconds));
            }
        }
        Problem::Internal(source) => {
            tracing::error!(error = %error::chain(&**source), "a request failed");
        }
        Problem::TooSlow | Problem::TooLarge => {
            // Closes the connection, because the rest of the body is not read.
            response.force_close();
        }
        Problem::Invalid(_)
        | Problem::Malformed
        | Problem::MalformedForm
        | Problem::NotAnObject(_)
        | Problem::Refused(_)
        | Problem::Forbidden
        | Problem::NotFound
        | Problem::MethodNotAllowed(_)
        | Problem::NotAcceptable
        | Problem::UnsupportedMediaType(_)
        | Problem::StorageFull => {}
    }
    response.body(body.to_string())
}

fn challenge<D: Dialect>(response: &mut HttpResponseBuilder, status: StatusCode, fault: AuthFault) {
    if let (StatusCode::UNAUTHORIZED, Some(challenge)) = (status, D::challenge(fault)) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
}

/// Returns the schema of `T` and those that it refers to, by name.
fn schemas<T: ToSchema + PartialSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    schemas
}
