//! `/api/v1/orgs/{org_slug}/tags/`: an organization's tags and their assignment to objects.
//!
//! Source: docs/contract/v1.md «Tags», «Tags on objects».

mod body;
mod objects;
mod organization;

use actix_web::HttpRequest;
use loggia_identity::Membership;
use loggia_kernel::{PageRequest, Slug};
use loggia_tagging::{Order, Tag, TargetKind, TargetRef};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{page::page, read};
use loggia_http::{
    error::{FieldErrors, Problem, Refusal},
    request::Input,
};

/// Registers the handlers. Literal paths come before the patterns that match them.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(organization::list)
        .service(organization::create)
        .service(organization::search)
        .service(organization::by_slug)
        .service(organization::update)
        .service(organization::destroy)
        .service(objects::list)
        .service(objects::assign)
        .service(objects::unassign_all)
        .service(objects::unassign);
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

/// Returns the object that a path names. Types that cannot be tagged are treated as unknown objects.
///
/// # Errors
///
/// [`Problem::NotFound`].
fn object<'a>(
    member: &'a Membership,
    app_label: &str,
    model: &str,
    name: &'a str,
) -> Result<TargetRef<'a>, Problem> {
    // Compared case-sensitively. Source: docs/contract/v1.md «Organization scope».
    let kind = match (app_label, model) {
        ("contacts", "contact") => TargetKind::Contact,
        ("organizations", "organization") => TargetKind::Organization,
        _ => return Err(Problem::NotFound),
    };
    Ok(TargetRef {
        organization: member.organization.id,
        organization_slug: member.organization.slug.as_str(),
        kind,
        name,
    })
}

/// The query parameter of a list's order, for the document. [`listing`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the document derives from the fields' types")]
struct OrderingParams {
    /// `name`, `-name`, `id` or `-id`; a minus reverses the order. Names are ordered regardless of case.
    #[param(pattern = "^-?(name|id)$", example = "name")]
    ordering: Option<String>,
}

/// Reads the requested page and order.
///
/// # Errors
///
/// Those of `limit` and `offset`; then [`Refusal::TagOrdering`].
fn listing(request: &HttpRequest) -> Result<(Option<Order>, PageRequest), Problem> {
    let mut faults = FieldErrors::default();
    let page = page(&mut faults, request);
    let page = faults.or(page)?;
    let Input::Text(ordering) = read::parameter(request, "ordering") else {
        return Ok((None, page));
    };
    let order = match ordering.as_str() {
        "id" => Order::Id,
        "-id" => Order::IdDescending,
        "name" => Order::Name,
        "-name" => Order::NameDescending,
        _ => return Err(Refusal::TagOrdering.into()),
    };
    Ok((Some(order), page))
}
