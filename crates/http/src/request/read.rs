//! Judging fields: Django REST framework's way, and pydantic's.

mod choice;
mod slug;

use loggia_identity::passwords::Password;
use loggia_kernel::{Change, Email, Username};

use super::{
    Input,
    fields::{self, Codes, Kind, Pk},
};
use crate::error::{Code, FieldErrors};

/// Whether a field must be there, and what counts as nothing. The faults go into the list; what is read comes back, or
/// nothing where it is absent or at fault: so a handler names every faulty field at once.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    is_required: bool,
    may_be_blank: bool,
    max_chars: Option<usize>,
}

impl Read {
    /// Must be there and not be blank.
    pub const REQUIRED: Self = Self {
        is_required: true,
        may_be_blank: false,
        max_chars: None,
    };

    /// May be absent, but not blank.
    pub const OPTIONAL: Self = Self {
        is_required: false,
        may_be_blank: false,
        max_chars: None,
    };

    /// May be absent or blank.
    pub const OPTIONAL_OR_BLANK: Self = Self {
        is_required: false,
        may_be_blank: true,
        max_chars: None,
    };

    /// With at most so many characters.
    #[must_use]
    pub const fn max(self, chars: usize) -> Self {
        Self {
            max_chars: Some(chars),
            ..self
        }
    }

    /// See [`Text`](fields::Text); blank is an empty text where it may be blank.
    pub fn text(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        let max = self.max_chars.unwrap_or(usize::MAX);
        match self.change(faults, name, input, |input| fields::text(input, max)) {
            Change::Keep => None,
            Change::Clear => Some(String::new()),
            Change::Set(text) => Some(text),
        }
    }

    /// See [`Email`](fields::Email); blank means none.
    pub fn email(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Change<Email> {
        self.change(faults, name, input, fields::Email::parse)
    }

    /// See [`Username`](fields::Username).
    pub fn username(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Username> {
        self.value::<fields::Username>(faults, name, input)
    }

    /// See [`Password`](fields::Password).
    pub fn password(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Password> {
        self.value::<fields::Password>(faults, name, input)
    }

    /// See [`Pk`].
    pub fn pk(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Pk> {
        self.value::<Pk>(faults, name, input)
    }

    fn value<K: Kind>(
        self,
        faults: &mut FieldErrors,
        name: &str,
        input: &Input,
    ) -> Option<K::Value> {
        match self.change(faults, name, input, K::parse) {
            Change::Set(value) => Some(value),
            Change::Keep | Change::Clear => None,
        }
    }

    fn change<T>(
        self,
        faults: &mut FieldErrors,
        name: &str,
        input: &Input,
        parse: impl FnOnce(&Input) -> Result<T, Codes>,
    ) -> Change<T> {
        match input {
            Input::Absent if self.is_required => faults.add(name, Code::Required),
            Input::Absent => {}
            Input::Text(text) if self.may_be_blank && text.trim().is_empty() => {
                return Change::Clear;
            }
            input => match parse(input) {
                Ok(value) => return Change::Set(value),
                Err(codes) => faults.extend(name, codes),
            },
        }
        Change::Keep
    }
}

/// Pydantic's way: a text is a text and nothing else, and is not trimmed.
/// Source: docs/contract/v1.md «Request bodies», «Validation errors».
pub mod strict {
    use super::{Code, FieldErrors, Input, fields};

    /// A text that must be there.
    pub fn required(faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        if *input == Input::Absent {
            faults.add(name, Code::Required);
            return None;
        }
        optional(faults, name, input)
    }

    /// A text that may be absent, but not null.
    pub fn optional(faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        bounded(faults, name, input, usize::MAX)
    }

    /// As [`optional`], with at most so many characters.
    pub fn bounded(
        faults: &mut FieldErrors,
        name: &str,
        input: &Input,
        max_chars: usize,
    ) -> Option<String> {
        if *input == Input::Absent {
            return None;
        }
        match fields::strict::bounded(input, max_chars) {
            Ok(text) => Some(text),
            Err(codes) => {
                faults.extend(name, codes);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
