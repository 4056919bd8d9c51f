//! Reading numbers as pydantic does, where ids are numbers: those of tags, and of what else this surface numbers.
//!
//! Source: pydantic 2, `pydantic_core`, `input/shared.rs`; docs/contract/v1.md «Request bodies», «Identifiers».

use loggia_http::{
    error::{Code, FieldErrors},
    request::Input,
};

/// No id is this one. Numbers that no id reaches are read as it: they are sound, and unknown.
const NOBODY: i64 = 0;

/// A whole number in a body: a text or a fraction of nothing will do.
///
/// # Errors
/// What is wrong with it.
pub(super) fn number(input: &Input) -> Result<i64, Code> {
    match input {
        Input::Number(number) if number.contains(['.', 'e', 'E']) => {
            match number.parse::<f64>() {
                // Such a number prints without a fraction.
                Ok(number) if number.is_finite() && number.fract() == 0.0 => {
                    Ok(format!("{number:.0}").parse().unwrap_or(NOBODY))
                }
                _ => Err(Code::NotWhole),
            }
        }
        Input::Number(number) => Ok(number.parse().unwrap_or(NOBODY)),
        Input::Text(text) => parse(text).ok_or(Code::NotAnInteger),
        Input::Bool(value) => Ok(i64::from(*value)),
        Input::Absent | Input::Null | Input::BrokenText(_) | Input::List(_) | Input::Object => {
            Err(Code::NotANumber)
        }
    }
}

/// A whole number that is a part of the path.
///
/// # Errors
/// [`Code::NotAnInteger`], at `path/<name>`.
pub(super) fn in_path(name: &str, text: &str) -> Result<i64, FieldErrors> {
    let number = parse(text);
    let mut faults = FieldErrors::default();
    if number.is_none() {
        faults.add(&format!("path/{name}"), Code::NotAnInteger);
    }
    faults.or(number.unwrap_or(NOBODY))
}

/// White space around it is dropped, and so is a fraction of zeros; underscores may stand between digits.
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
    Some(number.parse().unwrap_or(NOBODY))
}

#[cfg(test)]
mod tests;
