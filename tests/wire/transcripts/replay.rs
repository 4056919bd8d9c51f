//! Replay of one transcript, from its first line to its last, against a new app.

use std::time::Duration;

use serde_json::Value;

use super::compare::{Mail, check_extras, compare};
use super::exchange::{Alternative, Exchange, Recorded};
use super::hooks;
use super::matcher::{Diff, brief};
use super::send::{filled, is_json_string, request_of};
use super::vars::Vars;
use crate::app::{Response, TestApp};

/// The list of roles.
const ROLES: &str = "/api/roles/";

/// The result of a transcript.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) passed: usize,
    /// One text for each exchange with an unexpected response.
    pub(crate) failures: Vec<String>,
}

/// A transcript during its replay.
pub(crate) struct Replay {
    pub(crate) app: TestApp,
    pub(crate) vars: Vars,
    report: Report,
}

/// Parses every exchange of a transcript.
///
/// # Errors
/// What the first invalid line lacks.
pub(crate) fn exchanges(transcript: &str) -> Result<Vec<Exchange>, String> {
    transcript.lines().filter(|line| !line.trim().is_empty()).map(Exchange::read).collect()
}

impl Replay {
    pub(crate) fn new(app: TestApp) -> Self {
        Self { app, vars: Vars::default(), report: Report::default() }
    }

    /// Replays every line in order; later lines depend on earlier ones.
    pub(crate) async fn play(mut self, exchanges: &[Exchange]) -> Report {
        for exchange in exchanges {
            // Time also passed between the recorded requests.
            self.app.clock().advance(Duration::from_secs(1));
            match hooks::run(&mut self, exchange).await {
                Ok(()) => self.exchange(exchange).await,
                Err(error) => self.fail(exchange, &error),
            }
        }
        self.report
    }

    async fn exchange(&mut self, exchange: &Exchange) {
        let filled = match filled(exchange, &self.vars) {
            Ok(filled) => filled,
            Err(name) => {
                return self.fail(exchange, &format!("the variable ${{{name}}} is not set"));
            }
        };
        let request = request_of(&filled, is_json_string(exchange));
        let mut response = self.app.send(request).await;
        if filled.path == ROLES && filled.method == "GET" {
            match hooks::roles::built_in(&self.app).await {
                Ok(own) => leave_out(&mut response, &own),
                Err(error) => return self.fail(exchange, &error),
            }
        }
        let mails: Vec<_> = self.mails().await;
        match judged(exchange, &filled, &response, &mails) {
            Ok(()) => self.report.passed += 1,
            Err(text) => self.report.failures.push(text),
        }
        self.save(exchange, &response);
    }

    /// Returns the emails sent since the last call.
    pub(crate) async fn mails(&self) -> Vec<Mail> {
        let messages = self.app.sent_mail().await;
        messages.iter().map(Mail::of).collect()
    }

    fn fail(&mut self, exchange: &Exchange, why: &str) {
        self.report.failures.push(format!("{}:{}\n  * {why}", exchange.surface, exchange.id));
    }

    fn save(&mut self, exchange: &Exchange, response: &Response) {
        let body = response.try_json().unwrap_or_default();
        for (name, path) in &exchange.save {
            match at(&body, path) {
                Some(value) => self.vars.set(name, value.clone()),
                None => self.vars.forget(name),
            }
        }
    }
}

/// Removes the rows with these ids from a list: only our server has built-in roles.
fn leave_out(response: &mut Response, own: &[i64]) {
    let Some(Value::Array(mut rows)) = response.try_json() else {
        return;
    };
    rows.retain(|row| !row.get("id").and_then(Value::as_i64).is_some_and(|id| own.contains(&id)));
    response.body = Value::Array(rows).to_string().into();
}

/// Returns the value at a dotted path; numbers index arrays.
fn at<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(body, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

/// Checks that one of the accepted alternatives matches.
///
/// # Errors
/// A text that shows the request, the response and the differences from each alternative.
fn judged(
    exchange: &Exchange,
    filled: &Recorded,
    response: &Response,
    mails: &[Mail],
) -> Result<(), String> {
    let mut tries = Vec::new();
    for want in &exchange.expect {
        let mut diff = compare(want, &exchange.surface, filled, response, mails);
        check_extras(&exchange.recorded_headers, response, &mut diff);
        if diff.errors.is_empty() {
            return Ok(());
        }
        tries.push(description(want, &diff));
    }
    Err(format!(
        "{}:{}\n  {} {} {}\n{}  response: {} {}",
        exchange.surface,
        exchange.id,
        filled.method,
        filled.path,
        brief(&filled.body, 300),
        tries.concat(),
        response.status,
        response.text(),
    ))
}

fn description(want: &Alternative, diff: &Diff) -> String {
    let errors = diff.errors.iter().map(|text| format!("  * {text}\n"));
    let warnings = diff.warnings.iter().map(|text| format!("    (warning) {text}\n"));
    let lines: String = errors.chain(warnings).collect();
    format!("  expected from: {}\n{lines}", want.basis)
}
