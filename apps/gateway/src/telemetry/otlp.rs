//! Export of spans to an OpenTelemetry collector: OTLP over HTTP, as protobuf, in batches.
//!
//! The endpoint is a setting. Headers, sampling, batch sizes and resource attributes are those of the standard `OTEL_...`
//! variables, which the SDK reads.

use std::sync::Once;

use loggia_http::BaseUrl;
use opentelemetry::{KeyValue, global, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use super::filter::OUR_TARGETS;
use crate::config::{Error, Result};

/// The name of the instrumentation scope and of the service.
const SERVICE: &str = "loggia";

/// A running export. Dropping it sends the spans that are left, and waits at most five seconds for the collector.
#[derive(Debug)]
pub(super) struct Export {
    provider: SdkTracerProvider,
}

impl Export {
    /// Starts an export to the collector at `endpoint`, and makes requests continue the traces of their `traceparent`.
    ///
    /// # Errors
    /// If the HTTP client cannot be created. A collector that cannot be reached is not an error: it is logged at each
    /// batch.
    pub(super) fn to(endpoint: &BaseUrl) -> Result<Self> {
        static PROPAGATOR: Once = Once::new();
        PROPAGATOR.call_once(|| {
            global::set_text_map_propagator(TraceContextPropagator::new());
        });
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(endpoint.join("/v1/traces"))
            .build()
            .map_err(|error| Error::new("LOGGIA_OTLP_ENDPOINT", error.to_string()))?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource =
            Resource::builder().with_service_name(SERVICE).with_attribute(version).build();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_batch_exporter(exporter)
            .build();
        Ok(Self { provider })
    }

    /// Returns the layer that turns the program's spans into those of OpenTelemetry, and its events into span events.
    ///
    /// Nothing below `info`, whatever is logged. Other targets are not exported.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + Send + Sync
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let ours = OUR_TARGETS.map(|target| (target, LevelFilter::INFO));
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_filter(Targets::new().with_targets(ours))
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}

#[cfg(test)]
mod tests;
