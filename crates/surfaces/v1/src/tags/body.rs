//! Request bodies of tags: names and ids, alone and in lists.

use loggia_kernel::{ParseError, Slug};
use loggia_tagging::{NewTag, TagId, TagName};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::ids;
use loggia_http::{
    dialect::{Ninja, Reject},
    error::{Code, FieldErrors},
    request::{Body, Input, fields, strict},
};

/// The largest number of names in one assignment. Source: docs/contract/v1.md «Tags on objects».
const MAX_NAMES: usize = 50;

/// The largest number of tags in one removal. Source: docs/contract/v1.md «Tags on objects».
const MAX_IDS: usize = 100;

#[derive(Default, Deserialize, ToSchema)]
pub(super) struct TagCreate {
    /// 1 to 50 characters with at least one letter or digit. Surrounding white space is removed.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 50, example = "News Letter")]
    name: Input,
    /// Derived from the name if absent, null or empty.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 50, example = "news-letter")]
    slug: Input,
}

impl TagCreate {
    pub(super) fn check(&self) -> Result<NewTag, FieldErrors> {
        let mut faults = FieldErrors::default();
        let name = strict::required(&mut faults, "name", &self.name);
        let name = name.and_then(|text| tag_name(&mut faults, "name", &text));
        let slug = slug(&mut faults, &self.slug);
        match name {
            Some(name) => faults.or(NewTag { name, slug }),
            None => Err(faults),
        }
    }
}

/// Reads the slug of a new tag. Null and blank mean that it is derived; a text without a slug is invalid.
fn slug(faults: &mut FieldErrors, input: &Input) -> Option<Slug> {
    if *input == Input::Null {
        return None;
    }
    let text = strict::bounded(faults, "slug", input, Slug::MAX_CHARS)?;
    if text.trim().is_empty() {
        return None;
    }
    let slug = Slug::of(&text, "");
    if slug.as_str().is_empty() {
        faults.add("slug", Code::NotATagName);
        return None;
    }
    Some(slug)
}

#[derive(Default, Deserialize, ToSchema)]
pub(super) struct TagUpdate {
    /// The new name, with the rules of creation. If absent, null or empty, the tag stays unchanged.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 50, example = "Newsletter")]
    name: Input,
}

impl TagUpdate {
    pub(super) fn check(&self) -> Result<Option<TagName>, FieldErrors> {
        let mut faults = FieldErrors::default();
        let name = match &self.name {
            Input::Null => None,
            name => strict::optional(&mut faults, "name", name),
        };
        let name = name
            .filter(|text| !text.trim().is_empty())
            .and_then(|text| tag_name(&mut faults, "name", &text));
        faults.or(name)
    }
}

/// Reads the names of an assignment: a list, or an object with the list in `tags`.
pub(super) async fn names(body: Body<Ninja>) -> Result<Vec<TagName>, Reject<Ninja>> {
    body.read_list("tags", MAX_NAMES, |item| {
        let text = fields::strict::text(item)?;
        TagName::parse(&text).map_err(|flaw| vec![code(flaw)])
    })
    .await
}

/// Reads the ids of tags: a list, or an object with the list in `ids`.
pub(super) async fn tag_ids(body: Body<Ninja>) -> Result<Vec<TagId>, Reject<Ninja>> {
    body.read_list("ids", MAX_IDS, |item| {
        let id = ids::number(item).map_err(|code| vec![code])?;
        Ok(TagId::new(id))
    })
    .await
}

fn tag_name(faults: &mut FieldErrors, place: &str, text: &str) -> Option<TagName> {
    match TagName::parse(text) {
        Ok(name) => Some(name),
        Err(flaw) => {
            faults.add(place, code(flaw));
            None
        }
    }
}

fn code(flaw: ParseError) -> Code {
    match flaw {
        ParseError::Malformed => Code::NotATagName,
        flaw => flaw.into(),
    }
}
