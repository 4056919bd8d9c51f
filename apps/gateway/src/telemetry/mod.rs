//! What is logged, and how: one line an event, no secrets.

mod request;

use std::{
    io::{self, IsTerminal},
    panic,
};

use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::config::{Error, LogFormat, Result, Settings};

pub use request::RequestSpan;

/// The program's own targets. Others know nothing of secrets: below `info`, drivers and HTTP libraries write down
/// parameters, headers and bodies, whatever is in them.
const OUR_TARGETS: [&str; 2] = ["gateway", "loggia"];

/// Starts logging to standard error as the settings say.
///
/// # Errors
/// If `LOGGIA_LOG` is no filter.
pub fn init(settings: &Settings) -> Result<()> {
    start(filter(&settings.log)?, is_json(settings.log_format));
    Ok(())
}

/// Starts logging for a command that does one thing and ends: only what went wrong, for people.
pub fn init_quietly() {
    start(
        EnvFilter::default().add_directive(LevelFilter::WARN.into()),
        false,
    );
}

/// Whether log lines are JSON: asked for, or nobody watches.
pub fn is_json(format: LogFormat) -> bool {
    match format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !io::stderr().is_terminal(),
    }
}

/// The error and its sources on one line.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}

/// What the HTTP server says of its threads, and of clients whose requests are no HTTP, is of interest to those who ask for
/// it only. The latter it calls errors: anybody could fill a log with them.
const UNASKED: &str = "actix_server=warn,actix_http::h1=off";

fn filter(directives: &str) -> Result<EnvFilter> {
    EnvFilter::builder()
        .parse(format!("{UNASKED},{directives}"))
        .map_err(|error| {
            Error::new(
                "LOGGIA_LOG",
                format!("is no filter, as info or warn,gateway=debug: {error}"),
            )
        })
}

fn start(filter: EnvFilter, is_json: bool) {
    let is_harmless = filter_fn(is_harmless);
    let registry = tracing_subscriber::registry();
    let started = if is_json {
        let layer = fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(io::stderr);
        registry
            .with(layer.with_filter(is_harmless).and_then(filter))
            .try_init()
    } else {
        let layer = fmt::layer()
            .with_ansi(io::stderr().is_terminal())
            .with_writer(io::stderr);
        registry
            .with(layer.with_filter(is_harmless).and_then(filter))
            .try_init()
    };
    // A second start, as in tests, leaves the first one's log as it is.
    if started.is_ok() {
        log_panics();
    }
}

fn is_harmless(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO
        || OUR_TARGETS
            .iter()
            .any(|ours| metadata.target().starts_with(ours))
}

/// A panic is one event, like any other. Its message is shown only where the program's text holds all of it: a message
/// that was made at run time may quote a request.
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
