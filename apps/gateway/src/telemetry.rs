//! Logging: one line per event, no secrets. With the feature `otel`, spans are also exported over OTLP.

mod fields;
mod filter;
#[cfg(feature = "otel")]
mod otlp;

use std::{
    io::{self, IsTerminal},
    panic,
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer, Registry, filter::Targets, fmt, layer::SubscriberExt, registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::config::{LogFormat, Result, Settings};

use self::{fields::Fields, filter::filter};

/// A layer that receives all spans and events.
type BoxedLayer<S> = Box<dyn Layer<S> + Send + Sync>;

/// The export of spans, if there is one. Dropping it sends what is left.
#[must_use = "spans are exported while this value exists"]
#[derive(Debug, Default)]
pub struct Export {
    #[cfg(feature = "otel")]
    _otlp: Option<otlp::Export>,
}

/// Starts logging to standard error, and the export of spans, as configured by the settings.
///
/// # Errors
/// If `LOGGIA_LOG` cannot be parsed, or spans cannot be exported to `LOGGIA_OTLP_ENDPOINT`.
pub fn init(settings: &Settings) -> Result<Export> {
    let filter = filter(&settings.telemetry.log)?;
    let (layer, export) = export(settings)?;
    start(filter, is_json(settings.telemetry.log_format), layer);
    Ok(export)
}

/// Starts logging for a short command: warnings and errors only, as text.
pub fn init_quietly() -> Export {
    let filter = Targets::new().with_default(LevelFilter::WARN);
    start(filter, false, None);
    Export::default()
}

#[cfg(feature = "otel")]
fn export(settings: &Settings) -> Result<(Option<BoxedLayer<Registry>>, Export)> {
    let Some(endpoint) = &settings.telemetry.otlp_endpoint else {
        return Ok((None, Export::default()));
    };
    let otlp = otlp::Export::to(endpoint)?;
    let layer = otlp.layer().boxed();
    let export = Export { _otlp: Some(otlp) };
    Ok((Some(layer), export))
}

#[cfg(not(feature = "otel"))]
fn export(settings: &Settings) -> Result<(Option<BoxedLayer<Registry>>, Export)> {
    match settings.telemetry.otlp_endpoint {
        Some(_) => Err(crate::config::Error::new(
            "LOGGIA_OTLP_ENDPOINT",
            "this program cannot export spans: it was built without the feature `otel`",
        )),
        None => Ok((None, Export::default())),
    }
}

/// Returns whether log lines are JSON. `auto` means JSON unless standard error is a terminal.
pub fn is_json(format: LogFormat) -> bool {
    match format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !io::stderr().is_terminal(),
    }
}

fn start(filter: Targets, is_json: bool, exporter: Option<BoxedLayer<Registry>>) {
    let started = match exporter {
        None => tracing_subscriber::registry().with(filter).with(log(is_json)).try_init(),
        // What is exported does not depend on what is logged.
        Some(exporter) => tracing_subscriber::registry()
            .with(exporter)
            .with(log(is_json).with_filter(filter))
            .try_init(),
    };
    // A second start, as in tests, keeps the log of the first one.
    if started.is_ok() {
        log_panics();
    }
}

/// Returns the layer that writes log lines.
fn log<S>(is_json: bool) -> BoxedLayer<S>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    if is_json {
        fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .fmt_fields(Fields)
            .with_writer(io::stderr)
            .boxed()
    } else {
        fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).boxed()
    }
}

/// Logs a panic as one event. Its message is logged only if it is a literal of the program, because a message that is
/// formatted at run time may quote a request.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload().downcast_ref::<&'static str>();
        let location = panic.location().map(ToString::to_string);
        tracing::error!(
            location = location.as_deref(),
            message = message.copied().unwrap_or("panic"),
        );
    }));
}

#[cfg(test)]
mod tests;
