//! Variables: values saved from earlier responses, filled into later requests.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$\{([^}]+)\}").expect("a fixed pattern"));

/// The values of `${name}`. They keep their JSON type: a saved id stays a number in a body.
#[derive(Debug, Default)]
pub(crate) struct Vars(HashMap<String, Value>);

impl Vars {
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    pub(crate) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns the value of `name` as text.
    ///
    /// # Errors
    /// A message, if the variable is not set or not a string.
    pub(crate) fn text(&self, name: &str) -> Result<&str, String> {
        self.get(name).and_then(Value::as_str).ok_or_else(|| format!("no ${{{name}}}"))
    }

    /// Returns `value` with every variable filled in, at any depth; keys are not changed.
    ///
    /// # Errors
    /// The name of the first variable that is not set.
    pub(crate) fn fill(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(key, value)| Ok((key.clone(), self.fill(value)?)))
                    .collect::<Result<Map<_, _>, String>>()?,
            ),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?)
            }
            Value::String(text) => match whole_name(text) {
                Some(name) => self.get(name).ok_or_else(|| name.to_owned())?.clone(),
                None => Value::String(self.fill_text(text)?),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        })
    }

    /// Returns `text` with every variable filled in as text.
    ///
    /// # Errors
    /// The name of the first variable that is not set.
    pub(crate) fn fill_text(&self, text: &str) -> Result<String, String> {
        let mut missing = None;
        let filled = NAME.replace_all(text, |found: &Captures<'_>| match self.get(&found[1]) {
            Some(Value::String(value)) => value.clone(),
            Some(value) => value.to_string(),
            None => {
                missing.get_or_insert_with(|| found[1].to_owned());
                String::new()
            }
        });
        match missing {
            Some(name) => Err(name),
            None => Ok(filled.into_owned()),
        }
    }
}

/// Returns the name, if `text` is exactly one variable.
fn whole_name(text: &str) -> Option<&str> {
    let found = NAME.captures(text)?;
    let whole = found.get(0)?;
    if whole.len() == text.len() { found.get(1).map(|name| name.as_str()) } else { None }
}
