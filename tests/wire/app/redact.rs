//! Redaction of values that differ between runs, so that a response can be compared as a whole.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

static PATTERNS: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    [
        (r"eyJ[\w-]+\.[\w-]+\.[\w-]*", "[jwt]"),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "[id]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", "[time]"),
        (r"\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b", "[token]"),
    ]
    .map(|(pattern, word)| (Regex::new(pattern).expect("a fixed pattern"), word))
});

/// Returns `value` with sorted keys, and with ids, times and tokens replaced.
///
/// A number is an id if its key is `id` or ends in `_id`; texts are recognized by their form.
pub(crate) fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> =
                members.iter().map(|(key, value)| (key.clone(), member(key, value))).collect();
            Value::Object(Map::from_iter(sorted))
        }
        Value::Array(items) => Value::Array(items.iter().map(redacted).collect()),
        Value::String(text) => Value::String(redacted_text(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn member(key: &str, value: &Value) -> Value {
    let names_an_id = key == "id" || key.ends_with("_id");
    if names_an_id && value.is_number() {
        return Value::from("[id]");
    }
    redacted(value)
}

fn redacted_text(text: &str) -> String {
    PATTERNS.iter().fold(text.to_owned(), |text, (pattern, word)| {
        pattern.replace_all(&text, *word).into_owned()
    })
}
