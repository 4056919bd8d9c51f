//! The kinds of fields by Django REST framework's rules: parsing and schema.
//!
//! Source: Django REST framework 3.18, `fields.py` and `relations.py`.

use std::borrow::Cow;

use loggia_content::EntrySlug;
use loggia_identity::passwords;
use loggia_kernel::{self as kernel, ParseError};
use serde_json::json;
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{KnownFormat, RefOr, Schema, SchemaFormat, Type, schema::ObjectBuilder},
};

use super::Input;
use crate::error::Code;

/// The errors of a value, at least one.
pub type Codes = Vec<Code>;

/// A kind of field.
///
/// Its schema comes from `ToSchema`, without what the rule of a [`Field`](super::Field) adds. `ToSchema::name` must
/// differ from that of every kind with another schema.
pub trait Kind: ComposeSchema + ToSchema + 'static {
    /// The parsed value.
    type Value;

    /// True if a form supplies a list of all values of a repeated name.
    const IS_LIST: bool = false;

    /// Reads a value that is present, null included.
    ///
    /// # Errors
    /// All errors of the value.
    fn parse(input: &Input) -> Result<Self::Value, Codes>;
}

/// The schema of a text with an example.
pub fn text_schema(example: &str) -> ObjectBuilder {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    if example.is_empty() {
        return schema;
    }
    schema.examples([json!(example)])
}

/// A text without white space around it, of at most `MAX` characters. A number counts as a text.
pub struct Text<const MAX: usize = { usize::MAX }>(());

impl<const MAX: usize> Kind for Text<MAX> {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        text(input, MAX)
    }
}

/// Reads a text without the white space around it, of at most so many characters.
///
/// # Errors
/// All errors of the value.
pub fn text(input: &Input, max_chars: usize) -> Result<String, Codes> {
    let text = trimmed(input, Code::NotText)?;
    let codes = limits(&text, max_chars);
    if codes.is_empty() { Ok(text) } else { Err(codes) }
}

impl<const MAX: usize> ComposeSchema for Text<MAX> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let max = (MAX < usize::MAX).then_some(MAX);
        text_schema("").min_length(Some(1)).max_length(max).build().into()
    }
}

impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MAX}"))
    }
}

/// An email address.
pub struct Email(());

impl Kind for Email {
    type Value = kernel::Email;

    fn parse(input: &Input) -> Result<kernel::Email, Codes> {
        let text = trimmed(input, Code::NotAnEmail)?;
        let mut codes = limits(&text, kernel::Email::MAX_CHARS);
        match (kernel::Email::parse(&text), codes.is_empty()) {
            (Ok(email), true) => return Ok(email),
            (Err(ParseError::Malformed), _) => codes.push(Code::NotAnEmail),
            (Err(error), true) => codes.push(error.into()),
            (_, false) => {}
        }
        Err(codes)
    }
}

impl ComposeSchema for Email {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text_schema("user@example.com")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .max_length(Some(kernel::Email::MAX_CHARS))
            .build()
            .into()
    }
}

impl ToSchema for Email {}

/// An email address that is read as any text, because no account has an invalid one.
pub struct EmailText(());

impl Kind for EmailText {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        text(input, usize::MAX)
    }
}

impl ComposeSchema for EmailText {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text_schema("user@example.com")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .build()
            .into()
    }
}

impl ToSchema for EmailText {}

/// A username by Django's rules.
pub struct Username(());

impl Kind for Username {
    type Value = kernel::Username;

    fn parse(input: &Input) -> Result<kernel::Username, Codes> {
        if let Input::BrokenText(half) = input {
            return Err(vec![Code::NotAUsername, Code::Surrogate(*half)]);
        }
        let text = trimmed(input, Code::NotText)?;
        let mut codes = limits(&text, kernel::Username::MAX_CHARS);
        match (kernel::Username::parse(&text), codes.is_empty()) {
            (Ok(username), true) => return Ok(username),
            // The validators of the model run before those of the field's type.
            (Err(ParseError::Malformed), _) => codes.insert(0, Code::NotAUsername),
            (Err(error), true) => codes.push(error.into()),
            (_, false) => {}
        }
        Err(codes)
    }
}

impl ComposeSchema for Username {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text_schema("example_user")
            .min_length(Some(1))
            .max_length(Some(kernel::Username::MAX_CHARS))
            .build()
            .into()
    }
}

impl ToSchema for Username {}

/// A password. Only the document states `MIN`: the password policy judges the strength.
pub struct Password<const MIN: usize = 1>(());

impl<const MIN: usize> Kind for Password<MIN> {
    type Value = passwords::Password;

    fn parse(input: &Input) -> Result<passwords::Password, Codes> {
        password(text(input, usize::MAX)?)
    }
}

/// Parses a password. Limits the length, because hashing long texts is expensive.
pub(super) fn password(text: String) -> Result<passwords::Password, Codes> {
    passwords::Password::new(text)
        .map_err(|passwords::TooLong| vec![Code::TooLong(passwords::Password::MAX_BYTES)])
}

impl<const MIN: usize> ComposeSchema for Password<MIN> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        password_schema(MIN).into()
    }
}

pub(super) fn password_schema(min: usize) -> Schema {
    text_schema("An0ther-Passw0rd!")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length((0 < min).then_some(min))
        .build()
        .into()
}

impl<const MIN: usize> ToSchema for Password<MIN> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Password{MIN}"))
    }
}

/// A slug by Django's rules.
pub struct Slug(());

impl Kind for Slug {
    type Value = EntrySlug;

    fn parse(input: &Input) -> Result<EntrySlug, Codes> {
        let text = trimmed(input, Code::NotASlug)?;
        let mut codes = limits(&text, EntrySlug::MAX_CHARS);
        match (EntrySlug::parse(&text), codes.is_empty()) {
            (Ok(slug), true) => return Ok(slug),
            (Err(ParseError::Malformed), _) => codes.push(Code::NotASlug),
            (Err(error), true) => codes.push(error.into()),
            (_, false) => {}
        }
        Err(codes)
    }
}

impl ComposeSchema for Slug {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text_schema("hello-world")
            .min_length(Some(1))
            .max_length(Some(EntrySlug::MAX_CHARS))
            .pattern(Some("^[-a-zA-Z0-9_]+$"))
            .build()
            .into()
    }
}

impl ToSchema for Slug {}

/// True or false, or one of the words and numbers that pass for them.
pub struct Boolean(());

/// Source: Django REST framework 3.18, `BooleanField.TRUE_VALUES`.
const TRUE: [&str; 6] = ["t", "y", "yes", "true", "on", "1"];
/// Source: the same, `FALSE_VALUES`.
const FALSE: [&str; 6] = ["f", "n", "no", "false", "off", "0"];

impl Kind for Boolean {
    type Value = bool;

    fn parse(input: &Input) -> Result<bool, Codes> {
        match input {
            Input::Absent => Err(vec![Code::Required]),
            Input::Null => Err(vec![Code::Null]),
            Input::Bool(value) => Ok(*value),
            Input::Number(text) | Input::Text(text) => {
                let word = text.trim().to_lowercase();
                match (TRUE.contains(&&*word), FALSE.contains(&&*word)) {
                    (true, _) => Ok(true),
                    (_, true) => Ok(false),
                    _ => Err(vec![Code::NotABoolean]),
                }
            }
            Input::BrokenText(_) | Input::List(_) | Input::Object => Err(vec![Code::NotABoolean]),
        }
    }
}

impl ComposeSchema for Boolean {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let schema = ObjectBuilder::new().schema_type(Type::Boolean);
        schema.examples([json!(true)]).build().into()
    }
}

impl ToSchema for Boolean {}

/// A name from a list that the handler knows. The handler reports [`Code::NotAChoice`] for a name that is not on it.
pub struct Choice(());

impl Kind for Choice {
    type Value = String;

    fn parse(input: &Input) -> Result<String, Codes> {
        let code = match input {
            Input::Absent => Code::Required,
            Input::Null => Code::Null,
            Input::BrokenText(half) => Code::Surrogate(*half),
            Input::Number(text) | Input::Text(text) if text.contains('\0') => Code::NullCharacter,
            Input::Number(text) | Input::Text(text) if !text.is_empty() => return Ok(text.clone()),
            // Formatted as Python formats them.
            Input::Number(_) | Input::Text(_) => Code::NotAChoice(String::new()),
            Input::Bool(true) => Code::NotAChoice("True".to_owned()),
            Input::Bool(false) => Code::NotAChoice("False".to_owned()),
            Input::List(items) if items.is_empty() => Code::NotAChoice("[]".to_owned()),
            Input::List(_) => Code::NotAChoice("[...]".to_owned()),
            Input::Object => Code::NotAChoice("{}".to_owned()),
        };
        Err(vec![code])
    }
}

impl ComposeSchema for Choice {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text_schema("").min_length(Some(1)).build().into()
    }
}

impl ToSchema for Choice {}

/// Reads a text without the white space around it. A blank one is an error.
fn trimmed(input: &Input, wrong_type: Code) -> Result<String, Codes> {
    let code = match input {
        Input::Absent => Code::Required,
        Input::Null => Code::Null,
        Input::Bool(_) | Input::List(_) | Input::Object => wrong_type,
        Input::BrokenText(half) => Code::Surrogate(*half),
        Input::Number(number) => return Ok(number.clone()),
        Input::Text(text) => match text.trim() {
            "" => Code::Blank,
            text => return Ok(text.to_owned()),
        },
    };
    Err(vec![code])
}

fn limits(text: &str, max_chars: usize) -> Codes {
    let mut codes = Vec::new();
    if text.chars().count() > max_chars {
        codes.push(Code::TooLong(max_chars));
    }
    if text.contains('\0') {
        codes.push(Code::NullCharacter);
    }
    codes
}

#[cfg(test)]
mod tests;
