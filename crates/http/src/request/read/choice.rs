//! Fields with a fixed set of values: booleans and choices.

use super::Read;
use crate::{
    error::FieldErrors,
    request::{
        Input,
        fields::{Boolean, Choice},
    },
};

impl Read {
    /// Reads a [`Boolean`].
    pub fn boolean(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<bool> {
        self.value::<Boolean>(faults, name, input)
    }

    /// Reads a [`Choice`].
    pub fn choice(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<String> {
        self.value::<Choice>(faults, name, input)
    }
}
