//! A request in the log: what was asked and what became of it, and nothing that it carried.

use std::time::{Duration, Instant};

use actix_web::{
    dev::ServiceRequest,
    http::{Method, StatusCode},
};
use tracing::{Span, field};

use super::{ClientInfo, RoutingTable};

/// Longer paths are cut: they are nobody's but an attacker's.
const MAX_PATH_CHARS: usize = 200;

/// A request from its arrival to its answer.
pub(super) struct Asked {
    /// Method, path, its id and the client's address. No query, which may hold a token, and no header.
    pub(super) span: Span,
    began: Instant,
    is_reading: bool,
}

impl Asked {
    /// Notes the arrival. `entry` is what stands at `path`.
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

    /// Logs what became of it. Reads that went well are many and say little: they show at `debug`.
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

/// Milliseconds with three decimals.
fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}

fn shortened(path: &str) -> &str {
    match path.char_indices().nth(MAX_PATH_CHARS) {
        Some((end, _)) => &path[..end],
        None => path,
    }
}
