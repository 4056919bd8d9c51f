//! Integers in bodies and paths, read as pydantic reads them: the ids of tags.
//!
//! Source: pydantic 2, `pydantic_core`, `input/shared.rs`; docs/contract/v1.md «Request bodies», «Identifiers».

use loggia_http::{
    error::{Code, FieldErrors},
    request::Input,
};

/// An id that nothing has. Integers beyond the range of ids are read as this one: they are valid and unknown.
const UNKNOWN_ID: i64 = 0;

/// Reads an integer in a body. Texts, booleans and numbers with a fraction of zero are accepted.
///
/// # Errors
///
/// [`Code::NotWhole`], [`Code::NotAnInteger`] or [`Code::NotANumber`].
pub(super) fn number(input: &Input) -> Result<i64, Code> {
    match input {
        Input::Number(number) if number.contains(['.', 'e', 'E']) => {
            match number.parse::<f64>() {
                // A whole `f64` is printed without a fraction.
                Ok(number) if number.is_finite() && number.fract() == 0.0 => {
                    Ok(format!("{number:.0}").parse().unwrap_or(UNKNOWN_ID))
                }
                _ => Err(Code::NotWhole),
            }
        }
        Input::Number(number) => Ok(number.parse().unwrap_or(UNKNOWN_ID)),
        Input::Text(text) => parse(text).ok_or(Code::NotAnInteger),
        Input::Bool(value) => Ok(i64::from(*value)),
        Input::Absent | Input::Null | Input::BrokenText(_) | Input::List(_) | Input::Object => {
            Err(Code::NotANumber)
        }
    }
}

/// Reads an integer in the path.
///
/// # Errors
///
/// [`Code::NotAnInteger`] at `path/<name>`.
pub(super) fn in_path(name: &str, text: &str) -> Result<i64, FieldErrors> {
    let number = parse(text);
    let mut faults = FieldErrors::default();
    if number.is_none() {
        faults.add(&format!("path/{name}"), Code::NotAnInteger);
    }
    faults.or(number.unwrap_or(UNKNOWN_ID))
}

/// Parses an integer. Surrounding white space and a fraction of zeros are ignored; single underscores may separate
/// digits.
fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        _ => text,
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_sound = digits
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_sound {
        return None;
    }
    let number = format!("{sign}{}", digits.replace('_', ""));
    Some(number.parse().unwrap_or(UNKNOWN_ID))
}

#[cfg(test)]
mod tests;
