//! Conversion of a recorded request into the bytes that were sent.

use serde_json::{Map, Value};

use super::exchange::{Exchange, Recorded};
use super::vars::Vars;
use crate::app::Request;

const FORM: &str = "application/x-www-form-urlencoded";

/// Returns a recorded request with its variables filled in.
///
/// A string body is raw text without variables, except in `*.body.string`, where it is a JSON string.
///
/// # Errors
/// The name of a variable that is not set.
pub(crate) fn filled(exchange: &Exchange, vars: &Vars) -> Result<Recorded, String> {
    let recorded = &exchange.request;
    let headers = recorded
        .headers
        .iter()
        .map(|(name, value)| Ok((name.clone(), vars.fill_text(value)?)))
        .collect::<Result<_, String>>()?;
    let body = match &recorded.body {
        Value::String(text) => Value::String(text.clone()),
        other => vars.fill(other)?,
    };
    Ok(Recorded {
        method: recorded.method.clone(),
        path: vars.fill_text(&recorded.path)?,
        headers,
        body,
    })
}

/// Returns the request to send. With `json_string` a string body is JSON, otherwise raw text.
pub(crate) fn request_of(recorded: &Recorded, json_string: bool) -> Request {
    let mut request = Request::new(&recorded.method, &recorded.path);
    request.headers.clone_from(&recorded.headers);
    request.body = raw_body(recorded, json_string);
    request
}

/// Returns whether the string body of this exchange is a JSON string.
pub(crate) fn is_json_string(exchange: &Exchange) -> bool {
    exchange.id.ends_with(".body.string")
}

fn raw_body(recorded: &Recorded, json_string: bool) -> Option<Vec<u8>> {
    let is_form =
        recorded.headers.iter().any(|(name, value)| name == "Content-Type" && value == FORM);
    match &recorded.body {
        Value::Null => None,
        Value::Object(fields) if is_form => Some(form(fields).into_bytes()),
        Value::String(text) if !json_string => {
            Some(bytes_literal(text).unwrap_or_else(|| text.clone().into_bytes()))
        }
        body => Some(body.to_string().into_bytes()),
    }
}

/// Encodes a form of single values as Python's `urlencode` does.
fn form(fields: &Map<String, Value>) -> String {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{}={}", quoted(name), quoted(&value))
        })
        .collect();
    pairs.join("&")
}

fn quoted(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                char::from(byte).to_string()
            }
            b' ' => "+".to_owned(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Decodes a Python bytes literal (`b'\xff'`), which represents a body that is not UTF-8.
pub(crate) fn bytes_literal(text: &str) -> Option<Vec<u8>> {
    let rest = text.strip_prefix('b')?;
    let inner =
        ['\'', '"'].into_iter().find_map(|quote| rest.strip_prefix(quote)?.strip_suffix(quote))?;
    let mut bytes = Vec::new();
    let mut chars = inner.chars();
    while let Some(character) = chars.next() {
        if character != '\\' {
            bytes.push(u8::try_from(character).ok()?);
            continue;
        }
        bytes.push(match chars.next()? {
            'x' => {
                let digits: String = chars.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).ok()?
            }
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            escaped @ ('\\' | '\'' | '"') => u8::try_from(escaped).ok()?,
            _ => return None,
        });
    }
    Some(bytes)
}
