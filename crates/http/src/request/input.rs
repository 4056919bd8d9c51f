//! One value of a request's body, before its type is checked.

use serde_json::value::RawValue;

use crate::error::Kind;

/// One value of a request's body.
///
/// Django REST framework distinguishes absent from null, accepts a number but not a boolean as a text, and detects
/// unpaired UTF-16 surrogates. So a field is first read as it is, and validated afterwards.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Input {
    /// The key is absent.
    #[default]
    Absent,
    /// Null.
    Null,
    /// A text.
    Text(String),
    /// A text with this unpaired UTF-16 surrogate. The rest of the text is not kept.
    BrokenText(u16),
    /// A number as written.
    Number(String),
    /// A boolean.
    Bool(bool),
    /// A list of values.
    List(Vec<Input>),
    /// An object, or an uploaded file where none is expected.
    Object,
}

impl Input {
    /// Reads a value that is known to be valid JSON.
    pub(super) fn of_raw(raw: &RawValue) -> Self {
        Self::of(raw.get())
    }

    /// Reads one JSON value.
    fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'"') => text(json),
            Some(b'[') => list(json),
            Some(b'{') => Self::Object,
            _ => Self::Number(json.to_owned()),
        }
    }

    /// Returns the kind of the value; `None` if it is absent or null.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Text(_) | Self::BrokenText(_) => Some(Kind::Text),
            Self::Number(number) if number.contains(['.', 'e', 'E']) => Some(Kind::Float),
            Self::Number(_) => Some(Kind::Integer),
            Self::Bool(_) => Some(Kind::Bool),
            Self::List(_) => Some(Kind::List),
            Self::Object => Some(Kind::Object),
        }
    }

    /// Returns true for values that are false in Python: absent, null, empty, zero or false.
    pub fn is_falsy(&self) -> bool {
        match self {
            Self::Absent | Self::Null | Self::Bool(false) => true,
            Self::Text(text) => text.is_empty(),
            Self::Number(number) => number.parse::<f64>().is_ok_and(|n| n == 0.0),
            Self::BrokenText(_) | Self::Bool(true) => false,
            // Only empty ones are false, but no caller passes lists or objects.
            Self::List(_) | Self::Object => true,
        }
    }
}

/// Reads a JSON list. It is valid, because the whole body was parsed before. Nested lists count as empty: no field
/// expects them, and their depth could overflow the stack.
fn list(json: &str) -> Input {
    let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
    let items = items.into_iter().map(|item| match item.get() {
        nested if nested.starts_with('[') => Input::List(Vec::new()),
        single => Input::of(single),
    });
    Input::List(items.collect())
}

/// Reads a JSON string as bytes, because serde_json accepts unpaired surrogates only there.
fn text(json: &str) -> Input {
    if let Ok(text) = serde_json::from_str(json) {
        return Input::Text(text);
    }
    match half_of_a_pair(json) {
        Some(half) => Input::BrokenText(half),
        // The whole body was parsed before, so every other escape is valid.
        None => Input::Text(String::new()),
    }
}

/// Returns the first `\uD800` to `\uDFFF` that is not part of a pair.
fn half_of_a_pair(json: &str) -> Option<u16> {
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let escape = rest.get(at + 1..)?;
        if !escape.starts_with('u') {
            rest = escape.get(1..)?;
            continue;
        }
        let unit = u16::from_str_radix(escape.get(1..5)?, 16).ok()?;
        rest = escape.get(5..)?;
        if (0xD800..0xDC00).contains(&unit) {
            let low = rest
                .strip_prefix("\\u")
                .and_then(|low| u16::from_str_radix(low.get(..4)?, 16).ok());
            if !low.is_some_and(|low| (0xDC00..0xE000).contains(&low)) {
                return Some(unit);
            }
            rest = rest.get(6..)?;
        } else if (0xDC00..0xE000).contains(&unit) {
            return Some(unit);
        }
    }
    None
}

#[cfg(test)]
mod tests;
