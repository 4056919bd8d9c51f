//! `/api/v1/orgs/{org_slug}/tags/`: an organization's tags and their assignment to objects.
//!
//! Source: docs/contract/v1.md «Tags», «Tags on objects».

pub(super) mod objects;
pub(super) mod organization;

mod body;

use loggia_kernel::{PageRequest, Slug};
use loggia_tagging::{Order, Tag};

use crate::prelude::*;
use loggia_http::choices;

/// A tag of an organization.
#[derive(Serialize, ToSchema)]
pub(super) struct TagOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "News Letter")]
    name: String,
    #[schema(example = "news-letter")]
    slug: String,
    /// The slug of the tag's organization.
    #[schema(example = "acme")]
    organization: String,
}

impl TagOut {
    /// Renders a tag of the organization with this slug.
    pub(super) fn of(tag: Tag, organization: &Slug) -> Self {
        Self {
            id: tag.id.get(),
            name: tag.name,
            slug: tag.slug.to_string(),
            organization: organization.to_string(),
        }
    }

    pub(super) fn all(tags: Vec<Tag>, organization: &Slug) -> Vec<Self> {
        let tags = tags.into_iter();
        tags.map(|tag| Self::of(tag, organization)).collect()
    }
}

choices! {
    /// The order of a list of tags.
    Ordering: Order {
        "name" => Order::Name,
        "-name" => Order::NameDescending,
        "id" => Order::Id,
        "-id" => Order::IdDescending,
    }
}

/// The query parameters of a list of tags, besides those of its page.
pub(crate) type OrderingQuery = QueryFields<OrderingParams>;

#[derive(Deserialize, ToSchema)]
pub(crate) struct OrderingParams {
    /// A minus reverses the order. Names are ordered regardless of case. Example: `name`
    ordering: Optional<Ordering>,
}

/// Reads the requested page and order.
///
/// # Errors
/// Those of `limit` and `offset`; then [`errors::TAG_ORDERING`].
fn listing(
    page: &PageQuery,
    ordering: &OrderingQuery,
) -> Result<(Option<Order>, PageRequest), Problem> {
    let page = page.read()?.read_alone()?;
    let mut invalid = FieldErrors::default();
    let order = ordering.read()?.ordering.read(&mut invalid);
    match invalid.or((order, page)) {
        Ok(listing) => Ok(listing),
        Err(_) => Err(errors::TAG_ORDERING.into()),
    }
}
