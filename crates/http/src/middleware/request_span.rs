//! The log of a request: method, path, status and duration, and nothing that the request carries.

use std::time::{Duration, Instant};

use actix_web::{
    dev::ServiceRequest,
    http::{Method, StatusCode},
};
use tracing::{Span, field};

use super::{ClientInfo, RoutingTable};

/// The longest path that is logged, because only attackers send longer ones.
const MAX_PATH_CHARS: usize = 200;

/// A request between its arrival and its response.
pub(super) struct Asked {
    /// Method, path, request id and client address. No query, which may contain a token, and no headers.
    pub(super) span: Span,
    began: Instant,
    is_reading: bool,
}

impl Asked {
    /// Starts the span. `entry` is the entry of `path` in the routing table.
    pub(super) fn now(
        request: &ServiceRequest,
        path: &str,
        table: &RoutingTable,
        client: &ClientInfo,
    ) -> Self {
        let path = match table.find(path) {
            Some((entry, _)) => entry.path.as_str(),
            None => table.unlogged_prefix(path).unwrap_or(shortened(path)),
        };
        let span = tracing::info_span!(
            "request",
            method = request.method().as_str(),
            path,
            request_id = client.request_id,
            address = field::display(client.address),
        );
        Self {
            span,
            began: Instant::now(),
            is_reading: matches!(
                *request.method(),
                Method::GET | Method::HEAD | Method::OPTIONS
            ),
        }
    }

    /// Logs the outcome. Successful reads are logged at `debug`, because they are many.
    pub(super) fn answered(self, status: StatusCode) {
        let (span, code) = (&self.span, status.as_u16());
        let millis = millis(self.began.elapsed());
        if status.is_server_error() {
            tracing::error!(parent: span, status = code, millis, "request failed");
        } else if self.is_reading && !status.is_client_error() {
            tracing::debug!(parent: span, status = code, millis, "request");
        } else {
            tracing::info!(parent: span, status = code, millis, "request");
        }
    }
}

/// Returns milliseconds with three decimals.
fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}

fn shortened(path: &str) -> &str {
    match path.char_indices().nth(MAX_PATH_CHARS) {
        Some((end, _)) => &path[..end],
        None => path,
    }
}
