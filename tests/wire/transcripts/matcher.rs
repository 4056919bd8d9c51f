//! Comparison of a JSON value with an expected one that may contain matchers.

use serde_json::{Map, Value};

use super::patterns::{matches_whole, text_matches};

/// The differences between an expected and an actual value.
///
/// Objects with a `$`-key are matchers: `$oneof`, `$re`, `$any`, `$type`, `$open`, `$list`, `$size`,
/// `$ends`, `$unordered`. Key sets are exact everywhere else.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    pub(crate) errors: Vec<String>,
    /// Differences that are reported beside an error but do not fail.
    pub(crate) warnings: Vec<String>,
    strict_order: bool,
}

impl Diff {
    /// Creates a comparison that reports another order of keys as an error (`true`) or a warning.
    pub(crate) fn new(strict_order: bool) -> Self {
        Self { strict_order, ..Self::default() }
    }

    pub(crate) fn error(&mut self, text: impl Into<String>) {
        self.errors.push(text.into());
    }

    pub(crate) fn warning(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    /// Records that `place` has another value than `want`.
    pub(crate) fn differs(&mut self, place: &str, want: &Value, got: &Value) {
        self.error(format!("{place}: expected {}, got {}", brief(want, 300), brief(got, 300)));
    }

    /// Compares `got` with `want`; `place` names it in messages.
    pub(crate) fn compare(&mut self, want: &Value, got: &Value, place: &str) {
        match want {
            Value::Object(map) => match map.keys().find(|key| key.starts_with('$')) {
                Some(operator) => self.operator(operator, map, got, place),
                None => self.object(map, got, place),
            },
            Value::Array(items) => self.array(items, got, place),
            Value::String(text) => {
                let fits = match (text.as_str(), got) {
                    ("<int>", got) => is_kind("int", got),
                    (text, Value::String(got)) => text_matches(text, got),
                    _ => false,
                };
                if !fits {
                    self.differs(place, want, got);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                if want != got {
                    self.differs(place, want, got);
                }
            }
        }
    }

    fn object(&mut self, want: &Map<String, Value>, got: &Value, place: &str) {
        let Value::Object(got) = got else {
            return self.differs(place, &Value::Object(want.clone()), got);
        };
        for key in want.keys().filter(|key| !got.contains_key(*key)) {
            self.error(format!("{place}: key `{key}` is missing"));
        }
        for (key, value) in got.iter().filter(|(key, _)| !want.contains_key(*key)) {
            self.error(format!("{place}: unexpected key `{key}` = {}", brief(value, 80)));
        }
        self.key_order(want, got, place);
        for (key, want) in want {
            if let Some(got) = got.get(key) {
                self.compare(want, got, &format!("{place}.{key}"));
            }
        }
    }

    fn key_order(&mut self, want: &Map<String, Value>, got: &Map<String, Value>, place: &str) {
        let shared = want.keys().filter(|key| got.contains_key(*key));
        if shared.eq(got.keys().filter(|key| want.contains_key(*key))) {
            return;
        }
        let got: Vec<_> = got.keys().collect();
        let want: Vec<_> = want.keys().collect();
        self.order(format!("{place}: key order {got:?} instead of {want:?}"));
    }

    fn order(&mut self, text: String) {
        if self.strict_order {
            self.error(text);
        } else {
            self.warning(text);
        }
    }

    fn array(&mut self, want: &[Value], got: &Value, place: &str) {
        let Value::Array(items) = got else {
            return self.differs(place, &Value::Array(want.to_vec()), got);
        };
        if want.len() != items.len() {
            self.error(format!(
                "{place}: expected {} items, got {}: {}",
                want.len(),
                items.len(),
                brief(got, 400)
            ));
        }
        for (index, (want, got)) in want.iter().zip(items).enumerate() {
            self.compare(want, got, &format!("{place}[{index}]"));
        }
    }

    fn operator(&mut self, name: &str, map: &Map<String, Value>, got: &Value, place: &str) {
        let operand = &map[name];
        match (name, operand) {
            ("$any", _) => (),
            ("$oneof", Value::Array(options)) => self.one_of(options, got, place),
            ("$re", Value::String(expression)) => {
                if !got.as_str().is_some_and(|got| matches_whole(expression, got)) {
                    self.error(format!(
                        "{place}: expected /{expression}/, got {}",
                        brief(got, 300)
                    ));
                }
            }
            ("$type", Value::String(kind)) => {
                if !is_kind(kind, got) {
                    self.error(format!(
                        "{place}: expected a value of type {kind}, got {}",
                        brief(got, 300)
                    ));
                }
            }
            ("$open", Value::Object(want)) => self.open(want, got, place),
            ("$list", each) => self.list_of(each, got, place),
            ("$size", size) => {
                let items = got.as_array().map(|items| Value::from(items.len()));
                if items.as_ref() != Some(size) {
                    self.error(format!(
                        "{place}: expected a list of {size}, got {}",
                        brief(got, 300)
                    ));
                }
            }
            ("$ends", Value::Array(ends)) => self.ends(ends, got, place),
            ("$unordered", Value::Array(items)) => match map.get("key").and_then(Value::as_str) {
                Some(key) => self.unordered(items, key, got, place),
                None => self.error(format!("{place}: `$unordered` without a key")),
            },
            _ => self.error(format!("{place}: unknown matcher {name} of {operand}")),
        }
    }

    fn one_of(&mut self, options: &[Value], got: &Value, place: &str) {
        let mut tries = Vec::new();
        for option in options {
            let mut diff = Diff::new(self.strict_order);
            diff.compare(option, got, place);
            if diff.errors.is_empty() {
                self.warnings.append(&mut diff.warnings);
                return;
            }
            tries.push(diff.errors.join("; "));
        }
        self.error(format!(
            "{place}: none of {} accepted forms: {}",
            tries.len(),
            tries.join(" | ")
        ));
    }

    fn open(&mut self, want: &Map<String, Value>, got: &Value, place: &str) {
        let Value::Object(members) = got else {
            return self.differs(place, &Value::Object(want.clone()), got);
        };
        let named = members
            .iter()
            .filter(|(key, _)| want.contains_key(*key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        self.object(want, &Value::Object(named), place);
    }

    fn list_of(&mut self, each: &Value, got: &Value, place: &str) {
        match got.as_array() {
            Some(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.compare(each, item, &format!("{place}[{index}]"));
                }
            }
            _ => {
                self.error(format!("{place}: expected a list with items, got {}", brief(got, 300)))
            }
        }
    }

    fn ends(&mut self, ends: &[Value], got: &Value, place: &str) {
        let given = got.as_array().and_then(|items| {
            let (first, last) = (items.first()?, items.last()?);
            Some([first, last])
        });
        if !given.is_some_and(|given| given.into_iter().eq(ends)) {
            self.error(format!(
                "{place}: expected a list from and to {}, got {}",
                brief(&Value::Array(ends.to_vec()), 300),
                brief(got, 300)
            ));
        }
    }

    fn unordered(&mut self, want: &[Value], key: &str, got: &Value, place: &str) {
        let given = got.as_array().and_then(|items| names(items, key));
        let (Some(expected), Some(given)) = (names(want, key), given) else {
            return self.differs(place, &Value::Array(want.to_vec()), got);
        };
        if sorted(&expected) != sorted(&given) {
            return self.error(format!("{place}[].{key}: expected {expected:?}, got {given:?}"));
        }
        if expected != given {
            self.warning(format!("{place}: order {given:?} instead of {expected:?}"));
        }
        for (name, want) in expected.iter().zip(want) {
            let position = given.iter().position(|other| other == name);
            if let Some(item) = position.and_then(|position| got.get(position)) {
                self.compare(want, item, &format!("{place}[{name}]"));
            }
        }
    }
}

/// Returns the text under `key` in each item; `None` if an item lacks it.
fn names(items: &[Value], key: &str) -> Option<Vec<String>> {
    items
        .iter()
        .map(|item| match item.get(key)? {
            Value::String(name) => Some(name.clone()),
            other => Some(other.to_string()),
        })
        .collect()
}

fn sorted(names: &[String]) -> Vec<&String> {
    let mut names: Vec<_> = names.iter().collect();
    names.sort();
    names
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "str" => value.is_string(),
        "int" => value.is_i64() || value.is_u64(),
        "bool" => value.is_boolean(),
        "list" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// Formats `value` as JSON, truncated to `limit` characters.
pub(crate) fn brief(value: &Value, limit: usize) -> String {
    let text = value.to_string();
    match text.char_indices().nth(limit) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
