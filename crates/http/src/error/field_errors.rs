//! Faults of fields: which, and in what way.

use loggia_identity::{Field, passwords::Weakness};
use loggia_kernel::Flaw;

/// Where faults go that belong to no single field. Source: Django REST framework 3.18, `NON_FIELD_ERRORS_KEY`.
pub const NON_FIELD: &str = "non_field_errors";

/// What kind of JSON value stood where another was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction or an exponent.
    Float,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Kind {
    /// What Python calls it, and with it Django REST framework.
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

/// In what way a field is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// It is absent and must not be.
    Required,
    /// It is null and must not be.
    Null,
    /// It is empty, or white space only, and must not be.
    Blank,
    /// It is no text, nor anything that passes for one.
    NotText,
    /// It has more than so many characters.
    TooLong(usize),
    /// A NUL stands in it.
    NullCharacter,
    /// Half of a UTF-16 pair stands in it: this one.
    Surrogate(u16),
    /// It is no e-mail address.
    NotAnEmail,
    /// Not of the form that is wanted.
    Malformed,
    /// It is no user name.
    NotAUsername,
    /// It is no slug.
    NotASlug,
    /// It is neither true nor false, nor anything that passes for one of them.
    NotABoolean,
    /// It is no whole number.
    NotAnInteger,
    /// It is a number, but no whole one (`v1`).
    NotWhole,
    /// It is neither a number nor a text that could be one (`v1`).
    NotANumber,
    /// It is a list with more items than may be in it.
    TooManyItems {
        /// How many there may be.
        max: usize,
        /// How many there are.
        given: usize,
    },
    /// Nothing in it says what a contact is called (`v1`).
    NoName,
    /// It has no letter or digit that could stand in a tag's slug.
    NotATagName,
    /// It is a number smaller than this.
    TooSmall(u64),
    /// It is this, which is none of those that may be chosen.
    NotAChoice(String),
    /// It is none of these, which are all that may be chosen.
    NotOneOf(&'static [&'static str]),
    /// Of these fields not one, or more than one, is there.
    NotExactlyOne(&'static [&'static str]),
    /// It is this, which is the number of nothing that is due here.
    NoSuchPk(String),
    /// It is of this kind, where the number of something is due.
    NotAPk(Kind),
    /// It is of this kind, where a list is due.
    NotAList(Kind),
    /// There is something already that has these fields in common with it.
    NotUniqueTogether(&'static [&'static str]),
    /// Another account holds this value.
    Taken(Field),
    /// Another thing of its kind holds this value.
    Exists {
        /// What Django calls things of this kind: `service`, `role`.
        kind: &'static str,
        /// What it calls the field: `slug`, `name`.
        field: &'static str,
    },
    /// As a password it is too weak.
    Weak(Weakness),
    /// It is not the password it should be: the caller's current one.
    WrongPassword,
    /// The two passwords differ.
    PasswordMismatch,
    /// Login and password do not fit (where djoser answers 400).
    BadCredentials,
    /// The account that a link names does not exist.
    UnknownUid,
    /// The token of a link is not good for that account.
    BadLinkToken,
    /// The token of a link that names no account is not good.
    ExpiredLinkToken,
    /// It is shorter than eight characters or lacks a letter or a digit. Source: docs/contract/users.md «Registration».
    NotLettersAndDigits,
    /// A key that is not known here, where unknown ones are refused.
    Unknown,
}

impl From<Flaw> for Code {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Blank => Self::Blank,
            Flaw::TooLong { max } => Self::TooLong(max),
            Flaw::Malformed => Self::NotText,
        }
    }
}

/// The faults of a request's fields, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, Vec<Code>)>);

impl FieldErrors {
    /// Adds a fault to a field.
    pub fn add(&mut self, field: &str, code: Code) {
        match self.0.iter_mut().find(|(name, _)| name == field) {
            Some((_, codes)) => codes.push(code),
            None => self.0.push((field.to_owned(), vec![code])),
        }
    }

    /// Adds several.
    pub fn extend(&mut self, field: &str, codes: impl IntoIterator<Item = Code>) {
        for code in codes {
            self.add(field, code);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this field has one.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|(name, _)| name == field)
    }

    /// Fields and faults in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Code])> {
        self.0
            .iter()
            .map(|(name, codes)| (name.as_str(), codes.as_slice()))
    }

    /// The faults if there are any, else the value.
    ///
    /// # Errors
    /// The faults.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}
