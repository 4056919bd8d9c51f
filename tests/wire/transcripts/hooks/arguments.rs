//! The named arguments of a hook.

use serde_json::{Map, Value};

/// The arguments of a hook.
pub(crate) struct Arguments<'a>(pub(crate) &'a Map<String, Value>);

impl<'a> Arguments<'a> {
    /// Returns a text.
    ///
    /// # Errors
    /// A sentence, if no text has that name.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, String> {
        self.optional(name).ok_or_else(|| format!("no text `{name}`"))
    }

    pub(crate) fn optional(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn flag(&self, name: &str, otherwise: bool) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(otherwise)
    }

    /// Returns a list of texts.
    ///
    /// # Errors
    /// A sentence, if no list of texts has that name.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&'a str>, String> {
        let items = self.0.get(name).and_then(Value::as_array);
        items
            .and_then(|items| items.iter().map(Value::as_str).collect())
            .ok_or_else(|| format!("no texts `{name}`"))
    }
}
