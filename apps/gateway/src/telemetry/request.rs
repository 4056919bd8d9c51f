//! A request in the log: what was asked and what became of it, and nothing that it carried.

use std::time::{Duration, Instant};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    web::Data,
};
use tracing::{Span, field};
use tracing_actix_web::RootSpanBuilder;

use crate::{
    Services,
    front::{Origin, Table},
};

/// Longer paths are cut: they are nobody's but an attacker's.
const MAX_PATH_CHARS: usize = 200;

/// The span of a request: method, path, its id and the client's address. No query, which may hold a token, and no header.
///
/// All of it is known when the span is made: a field that is recorded later has the whole span written anew. And the path's
/// pattern comes from our own table: actix would try the pattern of every handler there is.
pub struct RequestSpan;

/// What names of uploaded files are not told of.
const UPLOAD: &str = "/uploads/";

/// When the request came in.
#[derive(Clone, Copy)]
struct Began(Instant);

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        request.extensions_mut().insert(Began(Instant::now()));
        let origin = request
            .app_data::<Data<Services>>()
            .map(|services| Origin::of(request, &services.options));
        let table = request.app_data::<Data<Table>>();
        let entry = table.and_then(|table| table.find(request.path()));
        let path = match entry {
            Some((entry, _)) => entry.path.as_str(),
            None if request.path().starts_with(UPLOAD) => UPLOAD,
            None => shortened(request.path()),
        };
        let span = tracing::info_span!(
            "request",
            method = request.method().as_str(),
            path,
            request_id = origin.as_ref().map(|origin| &*origin.request_id),
            address = origin.as_ref().map(|origin| field::display(origin.address)),
        );
        if let Some(origin) = origin {
            request.extensions_mut().insert(origin);
        }
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let (status, began, is_reading) = match outcome {
            Ok(response) => {
                let request = response.request();
                let began = request.extensions().get::<Began>().copied();
                let is_reading = matches!(
                    *request.method(),
                    Method::GET | Method::HEAD | Method::OPTIONS
                );
                (response.status(), began, is_reading)
            }
            Err(error) => (error.as_response_error().status_code(), None, false),
        };
        let millis = began.map(|began| millis(began.0.elapsed()));
        span.in_scope(|| log(status, millis, is_reading));
    }
}

/// Milliseconds with three decimals.
fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}

/// Reads that went well are many and say little: they show at `debug`.
fn log(status: StatusCode, millis: Option<f64>, is_reading: bool) {
    let code = status.as_u16();
    if status.is_server_error() {
        tracing::error!(status = code, millis, "request failed");
    } else if is_reading && !status.is_client_error() {
        tracing::debug!(status = code, millis, "request");
    } else {
        tracing::info!(status = code, millis, "request");
    }
}

fn shortened(path: &str) -> &str {
    match path.char_indices().nth(MAX_PATH_CHARS) {
        Some((end, _)) => &path[..end],
        None => path,
    }
}
