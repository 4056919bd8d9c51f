//! One value of a request's body, before anybody has said what it should be.

use serde_json::value::RawValue;

use crate::error::Kind;

/// One value of a request's body.
///
/// Django REST framework tells absent from null, takes a number for a text but a boolean for none, and knows halves of
/// UTF-16 pairs when it sees them; so a field is read as what it is, and judged afterwards.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Input {
    /// The key is not there.
    #[default]
    Absent,
    /// It is null.
    Null,
    /// It is a text.
    Text(String),
    /// It is a text with half of a UTF-16 pair in it: this one. The rest of it is not kept.
    BrokenText(u16),
    /// It is a number, as it was written.
    Number(String),
    /// It is true or false.
    Bool(bool),
    /// It is a list of these.
    List(Vec<Input>),
    /// It is an object, or an uploaded file where none is due.
    Object,
}

impl Input {
    /// Reads a value that was found to be JSON.
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

    /// What kind of value it is; `None` where there is none.
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

    /// Whether Python would call it false: absent, null, empty, zero or false.
    pub fn is_falsy(&self) -> bool {
        match self {
            Self::Absent | Self::Null | Self::Bool(false) => true,
            Self::Text(text) => text.is_empty(),
            Self::Number(number) => number.parse::<f64>().is_ok_and(|n| n == 0.0),
            Self::BrokenText(_) | Self::Bool(true) => false,
            // Only empty ones are false; nobody reads lists or objects where this is asked.
            Self::List(_) | Self::Object => true,
        }
    }
}

/// A JSON list. The whole body was parsed before, so it is one. Lists in it count as empty: nobody is due any, and a body
/// could nest them deeper than the stack goes.
fn list(json: &str) -> Input {
    let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
    let items = items.into_iter().map(|item| match item.get() {
        nested if nested.starts_with('[') => Input::List(Vec::new()),
        single => Input::of(single),
    });
    Input::List(items.collect())
}

/// A JSON string. Read as bytes, because there alone serde_json lets half of a pair pass.
fn text(json: &str) -> Input {
    if let Ok(text) = serde_json::from_str(json) {
        return Input::Text(text);
    }
    match half_of_a_pair(json) {
        Some(half) => Input::BrokenText(half),
        // The whole body was parsed before, so every other escape is sound.
        None => Input::Text(String::new()),
    }
}

/// The first `\uD800` to `\uDFFF` that is not part of a pair.
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
