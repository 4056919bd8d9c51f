//! `/api/v1/orgs/{org_slug}/tags/`: an organization's tags and their assignment to objects.
//!
//! Source: docs/contract/v1.md «Tags», «Tags on objects».

mod body;
mod objects;
mod organization;

use loggia_kernel::{PageRequest, Slug};
use loggia_tagging::{Order, Tag};

use crate::prelude::*;
use loggia_http::choices;

/// Registers the handlers. Literal paths come before the patterns that match them.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .handler(organization::list, organization::__path_list)
        .handler(organization::create, organization::__path_create)
        .handler(organization::search, organization::__path_search)
        .handler(organization::retrieve, organization::__path_retrieve)
        .handler(organization::update, organization::__path_update)
        .handler(organization::destroy, organization::__path_destroy)
        .handler(objects::list_of_object, objects::__path_list_of_object)
        .handler(objects::assign, objects::__path_assign)
        .handler(objects::unassign_all, objects::__path_unassign_all)
        .handler(objects::unassign, objects::__path_unassign);
}

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
type OrderingQuery = QueryFields<OrderingParams>;

#[derive(Deserialize, ToSchema)]
struct OrderingParams {
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
