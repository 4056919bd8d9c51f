//! Slugs that are chosen.

use loggia_content::EntrySlug;
use loggia_kernel::ParseError;

use super::{Input, Read, Sound};
use crate::error::{Code, FieldErrors};

impl Read {
    /// A slug by Django's rules. Source: DRF 3.18, `fields.py`, `SlugField`.
    pub fn slug(self, faults: &mut FieldErrors, name: &str, input: &Input) -> Option<EntrySlug> {
        let rule = self.max(EntrySlug::MAX_CHARS);
        match rule.sound(faults, name, input, &Code::NotASlug)? {
            Sound::Nothing | Sound::Blank => None,
            Sound::Text(text) => {
                let mut codes = rule.faults_of(&text);
                match EntrySlug::parse(&text) {
                    Ok(slug) if codes.is_empty() => return Some(slug),
                    Ok(_) | Err(ParseError::TooLong { .. } | ParseError::Blank) => {}
                    Err(ParseError::Malformed) => codes.push(Code::NotASlug),
                }
                faults.extend(name, codes);
                None
            }
        }
    }
}
