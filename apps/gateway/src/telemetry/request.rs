//! A request in the log: what was asked and what became of it, and nothing that it carried.

use std::time::{Duration, Instant};

use actix_web::{
    dev::ServiceRequest,
    http::{Method, StatusCode},
};
use tracing::{Span, field};

use crate::front::{Entry, Origin};

/// Longer paths are cut: they are nobody's but an attacker's.
const MAX_PATH_CHARS: usize = 200;

/// What names of uploaded files are not told of.
const UPLOAD: &str = "/uploads/";

/// A request from its arrival to its answer.
pub struct Asked {
    /// Method, path, its id and the client's address. No query, which may hold a token, and no header.
    pub span: Span,
    began: Instant,
    is_reading: bool,
}

impl Asked {
    /// Notes the arrival. `entry` is what stands at `path`.
    pub fn now(
        request: &ServiceRequest,
        path: &str,
        entry: Option<&Entry>,
        origin: &Origin,
    ) -> Self {
        let path = match entry {
            Some(entry) => entry.path.as_str(),
            None if path.starts_with(UPLOAD) => UPLOAD,
            None => shortened(path),
        };
        let span = tracing::info_span!(
            "request",
            method = request.method().as_str(),
            path,
            request_id = origin.request_id,
            address = field::display(origin.address),
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
    pub fn answered(self, status: StatusCode) {
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
