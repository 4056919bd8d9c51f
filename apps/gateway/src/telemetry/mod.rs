//! What is logged, and how: one line an event, no secrets.

mod fields;

use std::{
    io::{self, IsTerminal},
    panic,
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Error, LogFormat, Result, Settings};

use fields::Fields;

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
    start(Targets::new().with_default(LevelFilter::WARN), false);
}

/// Whether log lines are JSON: asked for, or nobody watches.
pub fn is_json(format: LogFormat) -> bool {
    match format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !io::stderr().is_terminal(),
    }
}

/// What the HTTP server says of its threads, and of clients whose requests are no HTTP, is of interest to those who ask for
/// it only. The latter it calls errors: anybody could fill a log with them.
const UNASKED: [(&str, LevelFilter); 2] = [
    ("actix_server", LevelFilter::WARN),
    ("actix_http::h1", LevelFilter::OFF),
];

/// What is logged: known for each place in the program before anything happens there, so that what is not logged costs
/// nothing. What is said by nobody is the setting's default.
fn filter(text: &str) -> Result<Targets> {
    let (mut default, mut named) = (None, Vec::new());
    let directives = text.split(',').map(str::trim);
    for directive in directives.filter(|directive| !directive.is_empty()) {
        match parsed(directive).ok_or_else(|| unreadable(directive))? {
            (Some(target), level) => named.push((target, level)),
            (None, level) => default = Some(level),
        }
    }
    let unnamed = if named.is_empty() {
        LevelFilter::INFO
    } else {
        LevelFilter::OFF
    };
    let default = default.unwrap_or(unnamed);
    let named = named.into_iter().map(|(target, level)| {
        let is_ours = OUR_TARGETS.iter().any(|ours| target.starts_with(ours));
        (target, if is_ours { level } else { harmless(level) })
    });
    Ok(Targets::new()
        .with_default(harmless(default))
        .with_targets(OUR_TARGETS.map(|ours| (ours, default)))
        .with_targets(UNASKED.map(|(target, level)| (target, level.min(default))))
        .with_targets(named))
}

/// A level, or a target with its level. `Targets` itself would take much more: quotes for a target, nothing for a level.
fn parsed(directive: &str) -> Option<(Option<&str>, LevelFilter)> {
    let (target, level) = match directive.split_once('=') {
        Some((target, level)) => (Some(target.trim()), level.trim()),
        None => (None, directive),
    };
    let is_target = |target: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-');
        !target.is_empty() && target.chars().all(is_part)
    };
    if level.is_empty() || target.is_some_and(|target| !is_target(target)) {
        return None;
    }
    Some((target, level.parse().ok()?))
}

fn unreadable(directive: &str) -> Error {
    Error::new(
        "LOGGIA_LOG",
        format!(
            "«{directive}» is neither a level (off, error, warn, info, debug, trace) nor target=level, as in \
             warn,gateway=debug"
        ),
    )
}

fn harmless(level: LevelFilter) -> LevelFilter {
    level.min(LevelFilter::INFO)
}

fn start(filter: Targets, is_json: bool) {
    let registry = tracing_subscriber::registry().with(filter);
    let started = if is_json {
        let layer = fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .fmt_fields(Fields)
            .with_writer(io::stderr);
        registry.with(layer).try_init()
    } else {
        let layer = fmt::layer()
            .with_ansi(io::stderr().is_terminal())
            .with_writer(io::stderr);
        registry.with(layer).try_init()
    };
    // A second start, as in tests, leaves the first one's log as it is.
    if started.is_ok() {
        log_panics();
    }
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
