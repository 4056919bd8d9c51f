//! Judging fields: Django REST framework's way, and pydantic's.

mod choice;
mod related;
mod slug;

use loggia_identity::passwords::Password;
use loggia_kernel::{Change, Email, ParseError, Username};

pub use self::related::{Pk, Pks};
use super::Input;
use crate::error::{Code, FieldErrors};

/// Whether a field must be there, and what counts as nothing. The faults go into the list; what is read comes back, or
/// nothing where it is absent or at fault: so a handler names every faulty field at once.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    is_required: bool,
    may_be_blank: bool,
    max_chars: Option<usize>,
}

/// A sound text, and whether there was one.
enum Sound {
    Nothing,
    Blank,
    Text(String),
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

    /// A text, trimmed. Source: DRF 3.18, `fields.py`, `CharField`.
    pub fn text(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        match self.sound(faults, name, input, &Code::NotText)? {
            Sound::Nothing => None,
            Sound::Blank => Some(String::new()),
            Sound::Text(text) => {
                let codes = self.faults_of(&text);
                if codes.is_empty() {
                    return Some(text);
                }
                faults.extend(name, codes);
                None
            }
        }
    }

    /// An address; blank means none. Source: DRF 3.18, `fields.py`, `EmailField`.
    pub fn email(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Change<Email> {
        let rule = self.max(Email::MAX_CHARS);
        match rule.sound(faults, name, input, &Code::NotAnEmail) {
            None | Some(Sound::Nothing) => Change::Keep,
            Some(Sound::Blank) => Change::Clear,
            Some(Sound::Text(text)) => {
                let mut codes = rule.faults_of(&text);
                match Email::parse(&text) {
                    Ok(email) if codes.is_empty() => return Change::Set(email),
                    Ok(_) | Err(ParseError::TooLong { .. } | ParseError::Blank) => {}
                    Err(ParseError::Malformed) => codes.push(Code::NotAnEmail),
                }
                faults.extend(name, codes);
                Change::Keep
            }
        }
    }

    /// A user name by Django's rules.
    pub fn username(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Username> {
        let rule = self.max(Username::MAX_CHARS);
        match rule.sound(faults, name, input, &Code::NotText)? {
            Sound::Nothing | Sound::Blank => None,
            Sound::Text(text) => {
                let mut codes = rule.faults_of(&text);
                match Username::parse(&text) {
                    Ok(username) if codes.is_empty() => return Some(username),
                    Ok(_) | Err(ParseError::TooLong { .. } | ParseError::Blank) => {}
                    // The model's own validators come before those of the field's kind.
                    Err(ParseError::Malformed) => codes.insert(0, Code::NotAUsername),
                }
                faults.extend(name, codes);
                None
            }
        }
    }

    /// A password, trimmed like any text. Its strength is judged elsewhere.
    pub fn password(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Password> {
        let text = self.text(faults, name, input)?;
        match Password::new(text) {
            Ok(password) => Some(password),
            Err(_) => {
                faults.add(name, Code::TooLong(Password::MAX_BYTES));
                None
            }
        }
    }

    /// What has to be settled before there is a text at all.
    fn sound(
        self,
        faults: &mut FieldErrors,
        name: &str,
        input: &Input,
        wrong_kind: &Code,
    ) -> Option<Sound> {
        let fault = match input {
            Input::Absent if self.is_required => Code::Required,
            Input::Absent => return Some(Sound::Nothing),
            Input::Null => Code::Null,
            Input::Bool(_) | Input::List(_) | Input::Object => wrong_kind.clone(),
            Input::BrokenText(half) => Code::Surrogate(*half),
            Input::Number(number) => return Some(Sound::Text(number.clone())),
            Input::Text(text) => match text.trim() {
                "" if self.may_be_blank => return Some(Sound::Blank),
                "" => Code::Blank,
                text => return Some(Sound::Text(text.to_owned())),
            },
        };
        faults.add(name, fault);
        None
    }

    fn faults_of(self, text: &str) -> Vec<Code> {
        let mut codes = Vec::new();
        if let Some(max) = self.max_chars.filter(|max| text.chars().count() > *max) {
            codes.push(Code::TooLong(max));
        }
        if text.contains('\0') {
            codes.push(Code::NullCharacter);
        }
        codes
    }
}

/// Pydantic's way: a text is a text and nothing else, and is not trimmed.
/// Source: docs/contract/v1.md «Request bodies», «Validation errors».
pub mod strict {
    use super::{Code, FieldErrors, Input};

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
        match input {
            Input::Absent => None,
            Input::Text(text) if text.contains('\0') => {
                faults.add(name, Code::NullCharacter);
                None
            }
            Input::Text(text) => Some(text.clone()),
            Input::Null
            | Input::BrokenText(_)
            | Input::Number(_)
            | Input::Bool(_)
            | Input::List(_)
            | Input::Object => {
                faults.add(name, Code::NotText);
                None
            }
        }
    }

    /// As [`optional`], with at most so many characters.
    pub fn bounded(
        faults: &mut FieldErrors,
        name: &str,
        input: &Input,
        max_chars: usize,
    ) -> Option<String> {
        let text = optional(faults, name, input)?;
        if text.chars().count() > max_chars {
            faults.add(name, Code::TooLong(max_chars));
            return None;
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests;
