//! Validation of fields by the rules of Django REST framework and of pydantic.

mod choice;
mod slug;

use loggia_identity::passwords::Password;
use loggia_kernel::{Change, Email, Username};

use super::{
    Input,
    fields::{self, Codes, Kind, Pk},
};
use crate::error::{Code, FieldErrors};

/// The presence rule of a field. Errors are added to the list, and invalid or absent fields return `None`, so that a
/// handler reports every invalid field at once.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    is_required: bool,
    may_be_blank: bool,
    max_chars: Option<usize>,
}

impl Read {
    /// The field must be present and not blank.
    pub const REQUIRED: Self = Self {
        is_required: true,
        may_be_blank: false,
        max_chars: None,
    };

    /// The field may be absent, but not blank.
    pub const OPTIONAL: Self = Self {
        is_required: false,
        may_be_blank: false,
        max_chars: None,
    };

    /// The field may be absent or blank.
    pub const OPTIONAL_OR_BLANK: Self = Self {
        is_required: false,
        may_be_blank: true,
        max_chars: None,
    };

    /// Limits the length in characters.
    #[must_use]
    pub const fn max(self, chars: usize) -> Self {
        Self {
            max_chars: Some(chars),
            ..self
        }
    }

    /// Reads a [`Text`](fields::Text). Where blank is allowed, it is an empty text.
    pub fn text(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        let max = self.max_chars.unwrap_or(usize::MAX);
        match self.change(faults, name, input, |input| fields::text(input, max)) {
            Change::Keep => None,
            Change::Clear => Some(String::new()),
            Change::Set(text) => Some(text),
        }
    }

    /// Reads an [`Email`](fields::Email). Blank means absent.
    pub fn email(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Change<Email> {
        self.change(faults, name, input, fields::Email::parse)
    }

    /// Reads a [`Username`](fields::Username).
    pub fn username(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Username> {
        self.value::<fields::Username>(faults, name, input)
    }

    /// Reads a [`Password`](fields::Password).
    pub fn password(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Password> {
        self.value::<fields::Password>(faults, name, input)
    }

    /// Reads a [`Pk`].
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

#[cfg(test)]
mod tests;
