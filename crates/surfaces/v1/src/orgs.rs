//! `/api/v1/orgs/` and `/api/v1/orgs/{org_slug}/`: the caller's organizations.
//!
//! Source: docs/contract/v1.md «Organizations», «Pagination»; docs/contract/README.md «Tenants», «Organizations».

pub(super) mod members;

use loggia_identity::{Membership, OrgKind, OrgRole, Organization};
use loggia_kernel::Page;

use crate::prelude::*;
use loggia_http::{choices, request::fields::strict::Trimmed};

/// Lists the caller's organizations, oldest first.
#[utoipa::path(
    get, path = "/api/v1/orgs/", tag = "orgs", params(PageQuery),
    responses((status = 200, body = PageOut<OrgOut>, description = "A page of organizations.")),
)]
pub(super) async fn list(tenant: Guard<Member>, page: PageQuery) -> Response {
    let page = page.read()?.read_alone()?;
    let offset = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    // Authentication has loaded all memberships already.
    let all = Page::whole(tenant.into_inner().memberships);
    let items = all.items.into_iter().skip(offset).take(limit).collect();
    let count = all.count;
    Ok(Reply::ok(&PageOut::of(Page { items, count }, OrgOut::from)))
}

/// Creates a group organization with the caller as its owner.
///
/// The slug is derived from the name and never changes. An account can be in at most 200 organizations.
#[utoipa::path(
    post, path = "/api/v1/orgs/", tag = "orgs", params(IdempotencyKey), request_body = OrgInput,
    responses(
        (status = 201, body = OrgOut),
        (status = 409, description = "The caller is in the largest possible number of organizations."),
    ),
)]
pub(super) async fn create(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    body: Body,
) -> Response {
    let name = body.read_or_empty::<OrgInput>().await?.name.read_alone()?;
    let founder = tenant.caller.account.id;
    let change = async |work: &mut Work| {
        let created = state.organizations.create(work, founder, &name).await;
        let created = created.map_err(errors::problem)?;
        Ok(Reply::created(&OrgOut::from(created)))
    };
    idempotency.run(&mut state.work(), founder, change).await
}

/// Returns an organization.
#[utoipa::path(
    get, path = "/api/v1/orgs/{org_slug}/", tag = "orgs", params(OrgPath),
    responses((status = 200, body = OrgOut)),
)]
pub(super) async fn retrieve(tenant: Guard<Member>, org: Path<OrgPath>) -> Response {
    let membership = tenant.organization(&org.org_slug)?.clone();
    Ok(Reply::ok(&OrgOut::from(membership)))
}

/// Renames an organization.
///
/// The slug stays. For admins and owners. The name of a personal organization changes again when the account's username
/// changes.
#[utoipa::path(
    patch, path = "/api/v1/orgs/{org_slug}/", tag = "orgs",
    params(OrgPath, IdempotencyKey), request_body = OrgInput,
    responses(
        (status = 200, body = OrgOut),
        (status = 403, description = "The caller's role in the organization does not allow this."),
    ),
)]
pub(super) async fn update(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    org: Path<OrgPath>,
    body: Body,
) -> Response {
    let name = body.read_or_empty::<OrgInput>().await?.name.read_alone()?;
    let id = tenant.organization(&org.org_slug)?.organization.id;
    let by = tenant.caller.account.id;
    let change = async |work: &mut Work| {
        let renamed = state.organizations.rename(work, by, id, &name).await?;
        Ok(Reply::ok(&OrgOut::from(renamed)))
    };
    idempotency.run(&mut state.work(), by, change).await
}

/// Deletes a group organization and everything in it.
///
/// For owners.
#[utoipa::path(
    delete, path = "/api/v1/orgs/{org_slug}/", tag = "orgs", params(OrgPath, IdempotencyKey),
    responses(
        (status = 204, description = "The organization was deleted."),
        (status = 403, description = "The caller's role in the organization does not allow this."),
        (status = 409, description = "A personal organization is deleted only with its account."),
    ),
)]
pub(super) async fn destroy(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    org: Path<OrgPath>,
) -> Response {
    let id = tenant.organization(&org.org_slug)?.organization.id;
    let by = tenant.caller.account.id;
    let change = async |work: &mut Work| {
        state.organizations.delete(work, by, id).await?;
        Ok(Reply::no_content())
    };
    idempotency.run(&mut state.work(), by, change).await
}

#[derive(Deserialize, ToSchema)]
struct OrgInput {
    /// Surrounding white space is removed. Example: `Acme`
    name: Required<Trimmed<{ Organization::MAX_NAME_CHARS }>>,
}

choices! {
    /// A member's role.
    Role: OrgRole {
        "owner" => OrgRole::Owner,
        "admin" => OrgRole::Admin,
        "member" => OrgRole::Member,
    }
}

choices! {
    /// The type of an organization.
    OrgType: OrgKind {
        "personal" => OrgKind::Personal,
        "group" => OrgKind::Group,
    }
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
    #[schema(value_type = OrgType)]
    kind: &'static str,
    /// The caller's role.
    #[schema(value_type = Role)]
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
            kind: organization.kind.name(),
            role: role.name(),
            created_at: moment(organization.created_at),
        }
    }
}
