//! Fields that are one of a few things: true or false, or a name from a list.

use super::Read;
use crate::{
    error::FieldErrors,
    request::{
        Input,
        fields::{Boolean, Choice},
    },
};

impl Read {
    /// See [`Boolean`].
    pub fn boolean(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<bool> {
        self.value::<Boolean>(faults, name, input)
    }

    /// See [`Choice`].
    pub fn choice(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        self.value::<Choice>(faults, name, input)
    }
}
