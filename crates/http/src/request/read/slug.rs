//! Fields with an explicit slug.

use loggia_content::EntrySlug;

use super::{Input, Read};
use crate::{error::FieldErrors, request::fields::Slug};

impl Read {
    /// Reads a [`Slug`].
    pub fn slug(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<EntrySlug> {
        self.value::<Slug>(faults, name, input)
    }
}
