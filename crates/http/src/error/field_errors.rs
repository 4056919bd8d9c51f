//! Errors of fields.

use loggia_identity::{Field, passwords::Weakness};
use loggia_kernel::ParseError;

/// The key of errors that belong to no single field. Source: Django REST framework 3.18, `NON_FIELD_ERRORS_KEY`.
pub const NON_FIELD: &str = "non_field_errors";

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// An integer.
    Integer,
    /// A number with a fraction or an exponent.
    Float,
    /// A boolean.
    Bool,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Kind {
    /// Returns Python's name of the type, which Django REST framework shows.
    pub fn python(self) -> &'static str {
        match self {
            Self::Text => "str",
            Self::Integer => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::List => "list",
            Self::Object => "dict",
        }
    }
}

/// The reason why a field is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// Required and absent.
    Required,
    /// Null where null is not allowed.
    Null,
    /// Empty or only white space where that is not allowed.
    Blank,
    /// Not a text, and not convertible to one.
    NotText,
    /// Longer than this number of characters.
    TooLong(usize),
    /// Contains NUL.
    NullCharacter,
    /// Contains this lone surrogate of UTF-16.
    Surrogate(u16),
    /// Not an email address.
    NotAnEmail,
    /// Not in the required format.
    Malformed,
    /// Not a username.
    NotAUsername,
    /// Not a slug.
    NotASlug,
    /// Not a boolean, and not convertible to one.
    NotABoolean,
    /// Not an integer.
    NotAnInteger,
    /// A number that is not an integer (`v1`).
    NotWhole,
    /// Neither a number nor a text that could be one (`v1`).
    NotANumber,
    /// A list with too many items.
    TooManyItems {
        /// The largest number of items.
        max: usize,
        /// The number of items that were sent.
        given: usize,
    },
    /// A contact without any name (`v1`).
    NoName,
    /// Without a letter or digit that can be part of a tag's slug.
    NotATagName,
    /// Smaller than this number.
    TooSmall(u64),
    /// This value, which is not one of the choices.
    NotAChoice(String),
    /// Not one of these choices.
    NotOneOf(&'static [&'static str]),
    /// None or several of these fields are present, where exactly one is required.
    NotExactlyOne(&'static [&'static str]),
    /// This id, which does not exist.
    NoSuchPk(String),
    /// A value of this type where an id is required.
    NotAPk(Kind),
    /// A value of this type where a list is required.
    NotAList(Kind),
    /// Another object has the same combination of these fields.
    NotUniqueTogether(&'static [&'static str]),
    /// Another account has this value.
    Taken(Field),
    /// Another object of the same kind has this value.
    Exists {
        /// Django's name of the kind: `service`, `role`.
        kind: &'static str,
        /// Django's name of the field: `slug`, `name`.
        field: &'static str,
    },
    /// A password that is too weak.
    Weak(Weakness),
    /// Not the caller's current password.
    WrongPassword,
    /// The two passwords differ.
    PasswordMismatch,
    /// A token that is not valid for the account of the link.
    BadLinkToken,
    /// An unknown key, where unknown keys are rejected.
    Unknown,
    /// A rule of one surface, with its text.
    Rule(&'static str),
}

impl From<ParseError> for Code {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::Blank => Self::Blank,
            ParseError::TooLong { max } => Self::TooLong(max),
            ParseError::Malformed => Self::NotText,
        }
    }
}

/// The invalid fields of a request with their errors, in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, Vec<Code>)>);

impl FieldErrors {
    /// Adds an error to a field.
    pub fn add(&mut self, field: &str, code: Code) {
        match self.0.iter_mut().find(|(name, _)| name == field) {
            Some((_, codes)) => codes.push(code),
            None => self.0.push((field.to_owned(), vec![code])),
        }
    }

    /// Adds several errors to a field.
    pub fn extend(&mut self, field: &str, codes: impl IntoIterator<Item = Code>) {
        for code in codes {
            self.add(field, code);
        }
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether this field has an error.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|(name, _)| name == field)
    }

    /// Returns fields and their errors in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Code])> {
        self.0.iter().map(|(name, codes)| (name.as_str(), codes.as_slice()))
    }

    /// Returns `value` if there are no errors.
    ///
    /// # Errors
    /// The errors themselves, if there are any.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Returns `value` if there are no errors. An absent value is one whose errors were added when it was read.
    ///
    /// # Errors
    /// The errors themselves, if there are any or the value is absent.
    pub fn require<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}
