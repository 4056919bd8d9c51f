//! Kinds by pydantic's rules: a text is nothing but a JSON string, and is not trimmed.

mod one_of;

use std::borrow::Cow;

use loggia_identity::passwords;
use loggia_kernel as kernel;
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{KnownFormat, RefOr, Schema, SchemaFormat},
};

use super::{
    Input,
    kind::{self, Codes, Kind, text_schema},
};
use crate::error::Code;

pub use self::one_of::Choices;

/// Reads a text.
///
/// # Errors
/// [`Code::NotText`] for everything that is not a JSON string, null included; [`Code::NullCharacter`].
pub fn text(input: &Input) -> Result<String, Codes> {
    match input {
        Input::Absent => Err(vec![Code::Required]),
        Input::Text(text) if text.contains('\0') => Err(vec![Code::NullCharacter]),
        Input::Text(text) => Ok(text.clone()),
        Input::Null
        | Input::BrokenText(_)
        | Input::Number(_)
        | Input::Bool(_)
        | Input::List(_)
        | Input::Object => Err(vec![Code::NotText]),
    }
}

/// As [`text`], with at most so many characters.
///
/// # Errors
/// As [`text`]; [`Code::TooLong`].
pub fn bounded(input: &Input, max_chars: usize) -> Result<String, Codes> {
    let text = text(input)?;
    if text.chars().count() > max_chars {
        return Err(vec![Code::TooLong(max_chars)]);
    }
    Ok(text)
}

fn schema(min: usize, max: usize) -> RefOr<Schema> {
    text_schema("")
        .min_length((0 < min).then_some(min))
        .max_length((max < usize::MAX).then_some(max))
        .build()
        .into()
}

/// A text of at most `MAX` characters.
pub struct Text<const MAX: usize = { usize::MAX }>(());

impl<const MAX: usize> Kind for Text<MAX> {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        bounded(input, MAX)
    }
}

impl<const MAX: usize> ComposeSchema for Text<MAX> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        schema(0, MAX)
    }
}

impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("StrictText{MAX}"))
    }
}

/// A text of at most `MAX` characters that is not blank. White space around it stays, and counts.
pub struct NonBlank<const MAX: usize>(());

impl<const MAX: usize> Kind for NonBlank<MAX> {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        let text = bounded(input, MAX)?;
        if text.trim().is_empty() {
            return Err(vec![Code::Blank]);
        }
        Ok(text)
    }
}

impl<const MAX: usize> ComposeSchema for NonBlank<MAX> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        schema(1, MAX)
    }
}

impl<const MAX: usize> ToSchema for NonBlank<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("StrictNonBlank{MAX}"))
    }
}

/// A text of 1 to `MAX` characters after the white space around it is dropped.
pub struct Trimmed<const MAX: usize>(());

impl<const MAX: usize> Kind for Trimmed<MAX> {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        let text = text(input)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(vec![Code::Blank]);
        }
        if text.chars().count() > MAX {
            return Err(vec![Code::TooLong(MAX)]);
        }
        Ok(text.to_owned())
    }
}

impl<const MAX: usize> ComposeSchema for Trimmed<MAX> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        schema(1, MAX)
    }
}

impl<const MAX: usize> ToSchema for Trimmed<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("StrictTrimmed{MAX}"))
    }
}

/// A text whose limits only the document states: the surface checks them when all fields are valid, with a message of its own.
pub struct Unchecked<const MIN: usize, const MAX: usize>(());

impl<const MIN: usize, const MAX: usize> Kind for Unchecked<MIN, MAX> {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        text(input)
    }
}

impl<const MIN: usize, const MAX: usize> ComposeSchema for Unchecked<MIN, MAX> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        schema(MIN, MAX)
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Unchecked<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("StrictUnchecked{MIN}To{MAX}"))
    }
}

/// An email address that is read as any text: the surface checks it when all fields are valid, with a message of its own.
pub struct EmailText(());

impl Kind for EmailText {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        text(input)
    }
}

impl ComposeSchema for EmailText {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text_schema("jane.doe@example.com")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .max_length(Some(kernel::Email::MAX_CHARS))
            .build()
            .into()
    }
}

impl ToSchema for EmailText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("StrictEmailText")
    }
}

/// A password, which may be empty. Only the document states `MIN`.
pub struct Password<const MIN: usize = 1>(());

impl<const MIN: usize> Kind for Password<MIN> {
    type Value = passwords::Password;

    fn parse(input: &Input) -> Result<passwords::Password, Codes> {
        kind::password(text(input)?)
    }
}

impl<const MIN: usize> ComposeSchema for Password<MIN> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        kind::password_schema(MIN).into()
    }
}

impl<const MIN: usize> ToSchema for Password<MIN> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("StrictPassword{MIN}"))
    }
}
