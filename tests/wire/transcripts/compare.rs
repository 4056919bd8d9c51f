//! Comparison of a response, and the emails it caused, with one accepted alternative.

use std::sync::LazyLock;

use loggia_mail::Message;
use regex::Regex;
use serde_json::{Map, Value, json};

use super::exchange::{Alternative, Recorded};
use super::matcher::{Diff, brief};
use super::patterns::{one_spaced, text_matches};
use super::tokens::check_claims;
use crate::app::Response;

/// Headers that two exchanges recorded beside the compared ones (contract 1.5).
const EXTRAS: &[&str] = &[
    "Vary",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
];

/// The uid and token in a djoser email.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)/(?:confirm|activate)/[\w=-]+/[\w.~-]+|[?&]uid=[\w=-]+&token=[\w.~-]+")
        .expect("a fixed pattern")
});

static AUTHORITY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^https?://[^/]+").expect("a fixed pattern"));

/// The compared parts of an email.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) has_html: bool,
}

impl Mail {
    pub(crate) fn of(message: &Message) -> Self {
        Self {
            to: message.to().to_owned(),
            subject: message.subject().to_owned(),
            text: message.text().to_owned(),
            has_html: message.html().is_some(),
        }
    }
}

/// Returns the differences between `response` and `want`. `filled` is the request with its variables filled in.
pub(crate) fn compare(
    want: &Alternative,
    surface: &str,
    filled: &Recorded,
    response: &Response,
    mails: &[Mail],
) -> Diff {
    let mut diff = Diff::new(want.fixes_key_order());
    diff.compare(&want.status, &json!(response.status.as_u16()), "status");
    if let Some(body) = &want.body {
        compare_body(body, response, &mut diff);
    }
    for (name, value) in &want.headers {
        compare_header(name, value.as_deref(), response, &mut diff);
    }
    if let Some(expected) = &want.mail {
        compare_mail(expected, mails, surface, &mut diff);
    }
    if let Some(body) = response.try_json() {
        check_claims(&body, &mut diff, "body");
        check_echo(filled, response, &body, &mut diff);
    }
    diff
}

fn compare_body(want: &Value, response: &Response, diff: &mut Diff) {
    let is_json = response.media().as_deref() == Some("application/json");
    match (want, response.try_json()) {
        (Value::Null, _) => {
            if !response.body.is_empty() {
                diff.error(format!("body: expected none, got {}", response.text()));
            }
        }
        (Value::String(text), _) if !is_json => {
            let got = one_spaced(&response.text());
            if !text_matches(text, &got) {
                diff.differs("body", want, &Value::String(got));
            }
        }
        (_, Some(got)) => diff.compare(want, &got, "body"),
        (_, None) => {
            diff.error(format!("body: expected {}, got {:?}", brief(want, 300), response.text()))
        }
    }
}

fn compare_header(name: &str, want: Option<&str>, response: &Response, diff: &mut Diff) {
    let got = match name {
        "Content-Type" => response.media(),
        _ => response.header(name),
    };
    let fits = match (want, &got) {
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
        (Some(want), Some(got)) => match name {
            "Content-Type" => want.split(';').next().map(str::trim) == Some(got.as_str()),
            "Allow" => {
                if names(want) == names(got) && want != got {
                    diff.warning(format!("header Allow: order {got:?} instead of {want:?}"));
                }
                names(want) == names(got)
            }
            "Location" => text_matches(want, &AUTHORITY.replace(got, "")),
            _ => want == got,
        },
    };
    if !fits {
        diff.error(format!("header {name}: expected {want:?}, got {got:?}"));
    }
}

/// Returns the names in a list header, sorted because their order is insignificant.
fn names(list: &str) -> Vec<&str> {
    let mut names: Vec<_> = list.split(',').map(str::trim).collect();
    names.sort_unstable();
    names
}

fn compare_mail(want: &[Value], got: &[Mail], surface: &str, diff: &mut Diff) {
    let expected: Vec<_> = want.iter().map(|mail| mail["to"].clone()).collect();
    let given: Vec<_> = got.iter().map(|mail| json!([mail.to])).collect();
    if expected != given {
        let subjects: Vec<_> = got.iter().map(|mail| (&mail.to, &mail.subject)).collect();
        return diff.error(format!("mail: expected {}, got {subjects:?}", Value::Array(expected)));
    }
    for (want, got) in want.iter().zip(got) {
        if let Some(subject) = want.get("subject") {
            diff.compare(subject, &json!(got.subject), "mail.subject");
        }
        if surface != "djoser" {
            continue;
        }
        if !LINK.is_match(&got.text) {
            diff.error(format!("mail: no link with uid and token in {:?}", got.text));
        }
        if !got.has_html {
            diff.error("mail: no HTML part");
        }
    }
}

/// Compares ids with the request. They are placeholders in the recording, but where the request names one, the response
/// must agree.
fn check_echo(filled: &Recorded, response: &Response, body: &Value, diff: &mut Diff) {
    let Value::Object(body) = body else {
        return;
    };
    if !response.status.is_success() {
        return;
    }
    if let Some(own) = trailing_id(&filled.path)
        && matches!(filled.method.as_str(), "GET" | "PUT" | "PATCH")
        && body.get("id").is_some_and(|id| plain(id) != own)
    {
        diff.error(format!("body.id: {} for path {}", body["id"], filled.path));
    }
    if let Value::Object(sent) = &filled.body
        && filled.path.ends_with("/user-roles/")
    {
        for key in ["user", "role"] {
            let echoed = |map: &Map<String, Value>| map.get(key).map(plain);
            if body.contains_key(key) && echoed(sent) != echoed(body) {
                diff.error(format!(
                    "body.{key}: {} for a request with {:?}",
                    body[key],
                    sent.get(key)
                ));
            }
        }
    }
}

/// Returns the number at the end of `/.../12/`.
fn trailing_id(path: &str) -> Option<&str> {
    let last = path.strip_suffix('/')?.rsplit('/').next()?;
    let digits = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(last)
}

/// Formats a number or text as Python's `str` does.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Compares every header of the two exchanges that recorded all of them.
pub(crate) fn check_extras(recorded: &Map<String, Value>, response: &Response, diff: &mut Diff) {
    if !recorded.contains_key("X-Frame-Options") {
        return;
    }
    for name in EXTRAS {
        let want = recorded.get(*name).and_then(Value::as_str);
        let got = response.header(name);
        if want != got.as_deref() {
            diff.error(format!("header {name}: expected {want:?}, got {got:?}"));
        }
    }
}

mod tests;
