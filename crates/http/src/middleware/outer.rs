//! The outer middleware.

use std::{panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::HeaderValue,
    middleware::Next,
};
use futures_util::FutureExt;

use super::{
    request_span::Exchange,
    response_headers::{add_common, content_security_policy, vary_by_accept},
    routing_table::{RoutingTable, requested_path},
};
use crate::{client_info::ClientInfo, error::Problem};

/// The outer middleware, inside [`root_span`](super::root_span): the log line and the headers of every response, errors included.
///
/// # Errors
/// The errors of the inner middleware.
pub async fn outer<B: MessageBody + 'static>(
    table: Arc<RoutingTable>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = requested_path(&request);
    let entry = table.find(path).map(|(entry, _)| entry);
    let surface = entry.map_or_else(|| table.surface_of(path), |entry| Some(entry.surface));
    let is_negotiated = entry.is_some_and(|entry| entry.surface.is_rest_framework());
    let policy = content_security_policy(&table, path);
    let exchange = Exchange::begin(request.method());
    let id = request_id(&request);
    // A panic ends only the request that caused it. The request must not be held here, because routing changes it in
    // place; so the response is returned as an error that carries it.
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => {
            exchange.end(response.status());
            let mut response = response.map_into_boxed_body();
            if is_negotiated {
                vary_by_accept(response.headers_mut());
            }
            add_common(response.headers_mut(), policy, id);
            Ok(response)
        }
        Ok(Err(error)) => {
            exchange.end(error.as_response_error().status_code());
            Err(error)
        }
        Err(_) => {
            let problem = Problem::Internal("a handler panicked".into());
            let mut response = surface.map_or_else(
                || HttpResponse::InternalServerError().finish(),
                |surface| surface.respond(&problem),
            );
            exchange.end(response.status());
            add_common(response.headers_mut(), policy, id);
            Err(InternalError::from_response("a handler panicked", response).into())
        }
    }
}

/// Returns the request id as a header, if the root span stored one.
fn request_id(request: &ServiceRequest) -> Option<HeaderValue> {
    let extensions = request.extensions();
    let client = extensions.get::<ClientInfo>()?;
    HeaderValue::from_str(&client.request_id).ok()
}
