//! Fields that are one of a few things: true or false, or a name from a list.

use super::Read;
use crate::{
    error::{Code, FieldErrors},
    request::Input,
};

/// Source: DRF 3.18, `fields.py`, `BooleanField.TRUE_VALUES`.
const TRUE: [&str; 6] = ["t", "y", "yes", "true", "on", "1"];
/// Source: the same, `FALSE_VALUES`.
const FALSE: [&str; 6] = ["f", "n", "no", "false", "off", "0"];

impl Read {
    /// True or false. Source: DRF 3.18, `fields.py`, `BooleanField`; docs/contract/drf.md «Fields».
    pub fn boolean(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<bool> {
        let fault = match input {
            Input::Absent if self.is_required => Code::Required,
            Input::Absent => return None,
            Input::Null => Code::Null,
            Input::Bool(value) => return Some(*value),
            Input::Number(text) | Input::Text(text) => {
                let word = text.trim().to_lowercase();
                if TRUE.contains(&&*word) {
                    return Some(true);
                }
                if FALSE.contains(&&*word) {
                    return Some(false);
                }
                Code::NotABoolean
            }
            Input::BrokenText(_) | Input::List(_) | Input::Object => Code::NotABoolean,
        };
        faults.add(name, fault);
        None
    }

    /// What may be a name from a list, letter for letter; the caller knows the list, and refuses with
    /// [`Code::NotAChoice`]. Source: DRF 3.18, `fields.py`, `ChoiceField`.
    pub fn choice(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        let fault = match input {
            Input::Absent if self.is_required => Code::Required,
            Input::Absent => return None,
            Input::Null => Code::Null,
            Input::BrokenText(half) => Code::Surrogate(*half),
            Input::Number(text) | Input::Text(text) if text.contains('\0') => Code::NullCharacter,
            Input::Number(text) | Input::Text(text) if !text.is_empty() => {
                return Some(text.clone());
            }
            // As Python writes them.
            Input::Number(_) | Input::Text(_) => Code::NotAChoice(String::new()),
            Input::Bool(true) => Code::NotAChoice("True".to_owned()),
            Input::Bool(false) => Code::NotAChoice("False".to_owned()),
            Input::List(items) if items.is_empty() => Code::NotAChoice("[]".to_owned()),
            Input::List(_) => Code::NotAChoice("[...]".to_owned()),
            Input::Object => Code::NotAChoice("{}".to_owned()),
        };
        faults.add(name, fault);
        None
    }
}
