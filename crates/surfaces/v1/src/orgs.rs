//! `/api/v1/orgs/`: organizations and their members.
//!
//! Source: docs/contract/README.md «Tenants», «Organizations».

mod collection;
mod members;

use loggia_identity::{Membership, OrgKind, OrgRole};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::moment;

/// Registers the handlers.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(collection::list)
        .service(collection::create)
        .service(collection::retrieve)
        .service(collection::update)
        .service(collection::destroy)
        .service(members::list)
        .service(members::add)
        .service(members::update)
        .service(members::remove);
}

/// An organization, as a member sees it.
#[derive(Serialize, ToSchema)]
struct OrgOut {
    /// The organization's name in paths.
    #[schema(example = "acme")]
    slug: String,
    #[schema(example = "Acme")]
    name: String,
    /// `personal`: belongs to an account and is deleted with it. `group`: every other organization.
    #[serde(rename = "type")]
    #[schema(example = "group", pattern = "^(personal|group)$")]
    kind: &'static str,
    /// The caller's role.
    #[schema(example = "owner", pattern = "^(owner|admin|member)$")]
    role: &'static str,
    /// UTC, with microseconds.
    #[schema(format = DateTime, example = "2026-11-20T23:57:20.783093+00:00")]
    created_at: String,
}

impl From<Membership> for OrgOut {
    fn from(Membership { organization, role }: Membership) -> Self {
        Self {
            slug: organization.slug.to_string(),
            name: organization.name,
            kind: OrgKind::name(organization.kind),
            role: OrgRole::name(role),
            created_at: moment(organization.created_at),
        }
    }
}
