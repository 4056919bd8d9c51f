//! The root span of a request, and the log line of its response: nothing that the request carries.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    web::Data,
};
use ipnet::IpNet;
use tracing::{Span, field};
use tracing_actix_web::{RootSpanBuilder, TracingLogger};

use super::routing_table::{RoutingTable, requested_path};
use crate::client_info::ClientInfo;

#[cfg(feature = "otel")]
mod otel;

/// The longest path that is logged, because only attackers send longer ones.
const MAX_PATH_CHARS: usize = 200;

/// The networks whose `X-Forwarded-For` is trusted. Without this application data, none is.
#[derive(Clone, Debug)]
pub struct TrustedProxies(pub Arc<[IpNet]>);

/// Returns the outermost middleware: the root span of each request, which exists until the body is sent.
///
/// It needs `Data<RoutingTable>` and [`TrustedProxies`] in the application's data.
pub fn root_span() -> TracingLogger<RequestSpan> {
    TracingLogger::new()
}

/// Builder of the root span: method, path, request id and client address. No query, which may contain a token, and no
/// headers. It also stores the [`ClientInfo`] of the request.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let proxies = request.app_data::<TrustedProxies>();
        let client = ClientInfo::of(request, proxies.map_or(&[], |proxies| &proxies.0));
        let table = request.app_data::<Data<RoutingTable>>();
        // Without the table, a secret in the path could not be recognized.
        let path = table.map_or("", |table| logged_path(table, requested_path(request)));
        let method = request.method().as_str();
        let span = tracing::info_span!(
            "request",
            method,
            path,
            request_id = client.request_id,
            address = field::display(client.address),
            otel.kind = field::Empty,
            otel.name = field::Empty,
        );
        #[cfg(feature = "otel")]
        otel::begin(&span, request.headers(), method, path);
        request.extensions_mut().insert(client);
        span
    }

    #[cfg_attr(
        not(feature = "otel"),
        expect(unused_variables, reason = "the log line is that of `Exchange`")
    )]
    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        #[cfg(feature = "otel")]
        otel::end(
            &span,
            match outcome {
                Ok(response) => response.status(),
                Err(error) => error.as_response_error().status_code(),
            },
        );
    }
}

/// Returns what is logged of a path: the pattern of a known one.
fn logged_path<'a>(table: &'a RoutingTable, path: &'a str) -> &'a str {
    match table.find(path) {
        Some((entry, _)) => &entry.path,
        None => table.unlogged_prefix(path).unwrap_or(shortened(path)),
    }
}

fn shortened(path: &str) -> &str {
    match path.char_indices().nth(MAX_PATH_CHARS) {
        Some((end, _)) => &path[..end],
        None => path,
    }
}

/// A request between its arrival and its response, inside the root span.
pub(super) struct Exchange {
    began: Instant,
    is_reading: bool,
}

impl Exchange {
    /// Starts the clock. Routing may change the method later.
    pub(super) fn begin(method: &Method) -> Self {
        Self {
            began: Instant::now(),
            is_reading: matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS),
        }
    }

    /// Logs the outcome. Successful reads are logged at `debug`, because they are many.
    pub(super) fn end(self, status: StatusCode) {
        let code = status.as_u16();
        let millis = millis(self.began.elapsed());
        if status.is_server_error() {
            tracing::error!(status = code, millis, "request failed");
        } else if self.is_reading && !status.is_client_error() {
            tracing::debug!(status = code, millis, "request");
        } else {
            tracing::info!(status = code, millis, "request");
        }
    }
}

/// Returns milliseconds with three decimals.
fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}
