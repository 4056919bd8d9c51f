//! Request bodies of tags: names and ids, alone and in lists.

use loggia_kernel::{ParseError, Slug};
use loggia_tagging::{NewTag, TagId, TagName};

use crate::ids;
use crate::prelude::*;
use loggia_http::{
    dialect::{Ninja, Reject},
    request::fields::strict::{self, Text, Unchecked},
};

/// The largest number of names in one assignment. Source: docs/contract/v1.md «Tags on objects».
const MAX_NAMES: usize = 50;

/// The largest number of tags in one removal. Source: docs/contract/v1.md «Tags on objects».
const MAX_IDS: usize = 100;

#[derive(Deserialize, ToSchema)]
pub(super) struct TagCreate {
    /// 1 to 50 characters with at least one letter or digit. Surrounding white space is removed. Example: `News Letter`
    name: Required<Unchecked<1, { TagName::MAX_CHARS }>>,
    /// Derived from the name if absent, null or empty. Example: `news-letter`
    slug: NullableOrBlank<Text<{ Slug::MAX_CHARS }>>,
}

impl TagCreate {
    pub(super) fn check(&self) -> Result<NewTag, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = self.name.read_as(&mut errors, name);
        let slug = self.slug.read_as(&mut errors, slug);
        match name {
            Some(name) => errors.or(NewTag { name, slug }),
            None => Err(errors),
        }
    }
}

#[derive(Deserialize, ToSchema)]
pub(super) struct TagUpdate {
    /// The new name, with the rules of creation. If absent, null or empty, the tag stays unchanged.
    /// Example: `Newsletter`
    name: NullableOrBlank<Unchecked<0, { TagName::MAX_CHARS }>>,
}

impl TagUpdate {
    pub(super) fn check(&self) -> Result<Option<TagName>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = self.name.read_as(&mut errors, name);
        errors.or(name)
    }
}

/// Reads the names of an assignment: a list, or an object with the list in `tags`.
pub(super) async fn names(body: Body) -> Result<Vec<TagName>, Reject<Ninja>> {
    body.read_list("tags", MAX_NAMES, |item| name(strict::text(item)?).map_err(|code| vec![code]))
        .await
}

/// Reads the ids of tags: a list, or an object with the list in `ids`.
pub(super) async fn tag_ids(body: Body) -> Result<Vec<TagId>, Reject<Ninja>> {
    body.read_list("ids", MAX_IDS, |item| {
        let id = ids::number(item).map_err(|code| vec![code])?;
        Ok(TagId::new(id))
    })
    .await
}

fn name(text: String) -> Result<TagName, Code> {
    TagName::parse(&text).map_err(|error| match error {
        ParseError::Malformed => Code::NotATagName,
        error => error.into(),
    })
}

/// Converts a text to a slug. A text without letters and digits is invalid.
fn slug(text: String) -> Result<Slug, Code> {
    let slug = Slug::of(&text, "");
    if slug.as_str().is_empty() {
        return Err(Code::NotATagName);
    }
    Ok(slug)
}
