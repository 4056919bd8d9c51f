//! Content entries on the wire: request fields and response formats.

use loggia_content::{Entry, EntryId, EntryPatch, Kind};
use loggia_http::{error::slug_exists, request::fields::Slug, response::moment};
use serde::de::DeserializeOwned;

use crate::prelude::*;

/// Limit in characters. Source: the recorded `services.verb.OPTIONS`.
const TITLE_MAX: usize = 200;

/// The wire format of a collection's entries.
pub(super) trait Format: From<Entry> + Serialize {
    /// The body that creates or changes an entry.
    type Create: DeserializeOwned + Into<Fields>;
}

/// The fields of a service.
#[derive(Deserialize, ToSchema)]
pub(super) struct ServiceCreate {
    /// Example: `Web design`
    title: Required<Text<{ TITLE_MAX }>>,
    /// The service's name in paths, unique among services. If absent at creation, it is derived from the title. Later
    /// changes of the title do not change it. Example: `web-design`
    slug: Optional<Slug>,
    /// Example: `Sites that load.`
    description: OptionalOrBlank<Text>,
}

/// The fields of a project or blog entry.
#[derive(Deserialize, ToSchema)]
pub(super) struct PostCreate {
    /// Example: `Hello, world!`
    title: Required<Text<{ TITLE_MAX }>>,
    /// The entry's name in paths, unique within the collection. If absent at creation, it is derived from the title.
    /// Later changes of the title do not change it.
    slug: Optional<Slug>,
    /// Example: `How it all began.`
    description: OptionalOrBlank<Text>,
    /// False for a draft, which only administrators see. Default at creation: true.
    is_published: Optional<Boolean>,
}

/// The fields of an entry of any collection.
pub(super) struct Fields {
    title: Required<Text<TITLE_MAX>>,
    slug: Optional<Slug>,
    description: OptionalOrBlank<Text>,
    is_published: Option<Optional<Boolean>>,
}

impl From<ServiceCreate> for Fields {
    fn from(sent: ServiceCreate) -> Self {
        Self {
            title: sent.title,
            slug: sent.slug,
            description: sent.description,
            is_published: None,
        }
    }
}

impl From<PostCreate> for Fields {
    fn from(sent: PostCreate) -> Self {
        Self {
            title: sent.title,
            slug: sent.slug,
            description: sent.description,
            is_published: Some(sent.is_published),
        }
    }
}

impl Fields {
    /// Validates the fields of a new entry, or of the entry `id`, and reports all invalid ones together.
    pub(super) async fn check(
        &self,
        state: &ApiState,
        kind: Kind,
        id: Option<EntryId>,
    ) -> Result<EntryPatch, Problem> {
        let mut errors = FieldErrors::default();
        let title = self.title.read(&mut errors);
        let slug = self.slug.read(&mut errors);
        if let Some(slug) = &slug
            && state.entries.is_taken(&mut state.work(), kind, slug, id).await?
        {
            self.slug.add(&mut errors, slug_exists(kind));
        }
        let description = self.description.read_or_empty(&mut errors);
        let is_published = self.is_published.as_ref();
        let is_published = is_published.and_then(|field| field.read(&mut errors));
        Ok(errors.or(EntryPatch { title, slug, description, is_published })?)
    }
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

impl Format for ServiceOut {
    type Create = ServiceCreate;
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

impl Format for PostOut {
    type Create = PostCreate;
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
