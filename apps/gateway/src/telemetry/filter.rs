//! The events that are logged: `LOGGIA_LOG`.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

use crate::config::{Error, Result};

/// The program's own targets. Other targets never log below `info`, because drivers and HTTP libraries write
/// parameters, headers and bodies there, secrets included.
pub(super) const OUR_TARGETS: [&str; 2] = ["gateway", "loggia"];

/// Levels of the HTTP server's targets, unless named in the setting. Its threads are of no interest by default, and it
/// logs malformed requests as errors, so any client could fill a log with them.
const UNASKED: [(&str, LevelFilter); 2] =
    [("actix_server", LevelFilter::WARN), ("actix_http::h1", LevelFilter::OFF)];

/// Parses `LOGGIA_LOG`. The result is static per call site, so disabled events cost nothing. Targets that are not named
/// get the setting's default level.
pub(super) fn filter(text: &str) -> Result<Targets> {
    let (mut default, mut named) = (None, Vec::new());
    let directives = text.split(',').map(str::trim);
    for directive in directives.filter(|directive| !directive.is_empty()) {
        match parsed(directive).ok_or_else(|| unreadable(directive))? {
            (Some(target), level) => named.push((target, level)),
            (None, level) => default = Some(level),
        }
    }
    let unnamed = if named.is_empty() { LevelFilter::INFO } else { LevelFilter::OFF };
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

/// Parses a level, or a target with its level. Stricter than the parser of `Targets`, which accepts quotes in targets
/// and a missing level.
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
