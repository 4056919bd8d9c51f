//! What OpenTelemetry needs of the root span: the trace of the caller, a name, a kind and a status code.
//!
//! Source: OpenTelemetry semantic conventions 1.43, "HTTP spans"; W3C Trace Context, `traceparent`.

use actix_web::http::{StatusCode, header::HeaderMap};
use opentelemetry::{global, propagation::Extractor};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Headers as the propagator reads them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

/// Continues the trace that the headers name. Call it before the span is entered, because that starts it.
pub(super) fn begin(span: &Span, headers: &HeaderMap, method: &str, path: &str) {
    let parent =
        global::get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
    // Fails if spans are not exported. Then the log shows no field of OpenTelemetry.
    if span.set_parent(parent).is_ok() {
        span.record("otel.kind", "server");
        span.record("otel.name", format!("{method} {path}"));
    }
}

/// Adds the status code. An error event within the span has marked it as failed, if it did.
pub(super) fn end(span: &Span, status: StatusCode) {
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
}
