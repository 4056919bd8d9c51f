//! Content entries on the wire: request fields and response formats.

use loggia_content::{Entry, EntryId, EntryPatch, Kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::collection::Shown;
use crate::ApiState;
use loggia_http::{
    error::{FieldErrors, Problem, slug_exists},
    request::{Input, Read},
    response::moment,
};

/// Limit in characters. Source: the recorded `services.verb.OPTIONS`.
const TITLE_MAX: usize = 200;

/// The request body of all three collections.
#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    title: Input,
    #[serde(default)]
    slug: Input,
    #[serde(default)]
    description: Input,
    #[serde(default)]
    is_published: Input,
}

impl Fields {
    /// Removes the fields that entries of format `T` do not have.
    pub(super) fn of<T: Shown>(self) -> Self {
        if T::MAY_BE_DRAFTS {
            return self;
        }
        Self {
            is_published: Input::Absent,
            ..self
        }
    }
}

/// Validates the fields of a new entry, or of the entry `id`, and reports all invalid ones together.
pub(super) async fn checked(
    state: &ApiState,
    kind: Kind,
    id: Option<EntryId>,
    fields: Fields,
    title: Read,
) -> Result<EntryPatch, Problem> {
    let mut faults = FieldErrors::default();
    let title = title
        .max(TITLE_MAX)
        .text(&mut faults, "title", &fields.title);
    let slug = Read::OPTIONAL.slug(&mut faults, "slug", &fields.slug);
    if let Some(slug) = &slug
        && state
            .entries
            .is_taken(&mut state.work(), kind, slug, id)
            .await?
    {
        faults.add("slug", slug_exists(kind));
    }
    let description = Read::OPTIONAL_OR_BLANK.text(&mut faults, "description", &fields.description);
    let is_published = Read::OPTIONAL.boolean(&mut faults, "is_published", &fields.is_published);
    Ok(faults.or(EntryPatch {
        title,
        slug,
        description,
        is_published,
    })?)
}

/// The fields of a service.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Fields` for POST and PUT")]
pub(super) struct ServiceCreate {
    #[schema(min_length = 1, max_length = 200, example = "Web design")]
    title: String,
    /// The service's name in paths, unique among services. If absent at creation, it is derived from the title. Later
    /// changes of the title do not change it.
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 50,
        pattern = "^[-a-zA-Z0-9_]+$",
        example = "web-design"
    )]
    slug: Option<String>,
    #[schema(nullable = false, example = "Sites that load.")]
    description: Option<String>,
}

/// The changes of a service.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Fields` for PATCH")]
pub(super) struct ServiceUpdate {
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        example = "Web design"
    )]
    title: Option<String>,
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 50,
        pattern = "^[-a-zA-Z0-9_]+$",
        example = "web-design"
    )]
    slug: Option<String>,
    #[schema(nullable = false, example = "Sites that load.")]
    description: Option<String>,
}

/// The fields of a project or blog entry.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Fields` for POST and PUT")]
pub(super) struct PostCreate {
    #[schema(min_length = 1, max_length = 200, example = "Hello, world!")]
    title: String,
    /// The entry's name in paths, unique within the collection. If absent at creation, it is derived from the title.
    /// Later changes of the title do not change it.
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 50,
        pattern = "^[-a-zA-Z0-9_]+$",
        example = "hello-world"
    )]
    slug: Option<String>,
    #[schema(nullable = false, example = "How it all began.")]
    description: Option<String>,
    /// False for a draft, which only administrators see. Default at creation: true.
    #[schema(nullable = false, example = true)]
    is_published: Option<bool>,
}

/// The changes of a project or blog entry.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Fields` for PATCH")]
pub(super) struct PostUpdate {
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        example = "Hello, world!"
    )]
    title: Option<String>,
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 50,
        pattern = "^[-a-zA-Z0-9_]+$",
        example = "hello-world"
    )]
    slug: Option<String>,
    #[schema(nullable = false, example = "How it all began.")]
    description: Option<String>,
    #[schema(nullable = false, example = true)]
    is_published: Option<bool>,
}

/// A service. Services are always published.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "Web design")]
    title: String,
    #[schema(example = "web-design")]
    slug: String,
    #[schema(example = "Sites that load.")]
    description: String,
    #[schema(format = DateTime, example = "2024-01-01T00:00:00Z")]
    created_at: String,
    #[schema(format = DateTime, example = "2024-01-01T00:00:00Z")]
    updated_at: String,
}

impl Shown for ServiceOut {
    const MAY_BE_DRAFTS: bool = false;
}

impl From<Entry> for ServiceOut {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.get(),
            title: entry.title,
            slug: entry.slug.to_string(),
            description: entry.description,
            created_at: moment(entry.created_at),
            updated_at: moment(entry.updated_at),
        }
    }
}

/// A project or blog entry.
#[derive(Serialize, ToSchema)]
pub(super) struct PostOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "Hello, world!")]
    title: String,
    #[schema(example = "hello-world")]
    slug: String,
    #[schema(example = "How it all began.")]
    description: String,
    /// False for a draft, which only administrators see.
    #[schema(example = true)]
    is_published: bool,
    #[schema(format = DateTime, example = "2024-01-01T00:00:00Z")]
    created_at: String,
    #[schema(format = DateTime, example = "2024-01-01T00:00:00Z")]
    updated_at: String,
}

impl Shown for PostOut {
    const MAY_BE_DRAFTS: bool = true;
}

impl From<Entry> for PostOut {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.get(),
            title: entry.title,
            slug: entry.slug.to_string(),
            description: entry.description,
            is_published: entry.is_published,
            created_at: moment(entry.created_at),
            updated_at: moment(entry.updated_at),
        }
    }
}
