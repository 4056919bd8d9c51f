//! Fields that name other things by their numbers. Source: DRF 3.18, `relations.py`, `PrimaryKeyRelatedField` and
//! `ManyRelatedField`; docs/contract/drf.md «Fields».

use std::collections::BTreeSet;

use super::{Input, Read};
use crate::error::{Code, FieldErrors, Kind};

/// A number that should be something's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pk {
    // As it was sent, for the fault.
    shown: String,
    // Absent where it is larger than any.
    id: Option<i64>,
}

impl Pk {
    /// The number; `None` where it is larger than anything's.
    pub fn id(&self) -> Option<i64> {
        self.id
    }

    /// That nothing has it.
    pub fn unknown(&self) -> Code {
        Code::NoSuchPk(self.shown.clone())
    }

    /// A whole number, or a text that is one: but for the white space around it, as Python reads it.
    fn of(input: &Input) -> Result<Self, Kind> {
        let (shown, kind) = match input {
            Input::Number(number) => (number, Kind::Integer),
            Input::Text(text) => (text, Kind::Text),
            // What is null, or not there at all, is nobody's number.
            Input::Null | Input::Absent => {
                return Ok(Self {
                    shown: "None".to_owned(),
                    id: None,
                });
            }
            Input::BrokenText(_) | Input::Bool(_) | Input::List(_) | Input::Object => {
                return Err(input.kind().unwrap_or(Kind::Object));
            }
        };
        let number = shown.trim();
        let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(input.kind().unwrap_or(kind));
        }
        Ok(Self {
            shown: shown.clone(),
            id: number.parse().ok(),
        })
    }
}

/// Numbers that should be something's each, up to the first that is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pks {
    sound: Vec<Pk>,
    fault: Option<Kind>,
}

impl Pks {
    /// The numbers, for asking which of them exist.
    pub fn ids(&self) -> BTreeSet<i64> {
        self.sound.iter().filter_map(Pk::id).collect()
    }

    /// The numbers, each once, if all of them are among `known`.
    ///
    /// # Errors
    /// What is wrong with the first that is at fault.
    pub fn all_of(&self, known: &BTreeSet<i64>) -> Result<BTreeSet<i64>, Code> {
        let is_known = |pk: &&Pk| pk.id.is_some_and(|id| known.contains(&id));
        match (self.sound.iter().find(|pk| !is_known(pk)), self.fault) {
            (Some(unknown), _) => Err(unknown.unknown()),
            (None, Some(kind)) => Err(Code::NotAPk(kind)),
            (None, None) => Ok(self.ids()),
        }
    }
}

impl Read {
    /// A number that should be something's; an empty text counts as null.
    pub fn pk(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Pk> {
        let fault = match input {
            Input::Absent if self.is_required => Code::Required,
            Input::Absent => return None,
            Input::Null => Code::Null,
            Input::Text(text) if text.is_empty() => Code::Null,
            input => match Pk::of(input) {
                Ok(pk) => return Some(pk),
                Err(kind) => Code::NotAPk(kind),
            },
        };
        faults.add(name, fault);
        None
    }

    /// A list of such numbers; an empty one will do.
    pub fn pks(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<Pks> {
        let fault = match input {
            Input::Absent if self.is_required => Code::Required,
            Input::Absent => return None,
            Input::List(items) => return Some(until_fault(items)),
            input => input.kind().map_or(Code::Null, Code::NotAList),
        };
        faults.add(name, fault);
        None
    }
}

fn until_fault(items: &[Input]) -> Pks {
    let mut pks = Pks {
        sound: Vec::new(),
        fault: None,
    };
    for item in items {
        match Pk::of(item) {
            Ok(pk) => pks.sound.push(pk),
            Err(kind) => {
                pks.fault = Some(kind);
                break;
            }
        }
    }
    pks
}

#[cfg(test)]
mod tests;
