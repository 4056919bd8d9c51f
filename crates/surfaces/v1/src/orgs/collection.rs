//! `/api/v1/orgs/` and `/api/v1/orgs/{org_slug}/`: the caller's organizations.
//!
//! Source: docs/contract/v1.md «Organizations», «Pagination».

use actix_web::{
    HttpRequest, delete, get, patch, post,
    web::{Data, Path},
};
use loggia_identity::Organization;
use loggia_kernel::Page;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::{
        page::{PageOut, PageParams, only_page},
        read, refused,
    },
    OrgOut,
};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    error::{Code, FieldErrors},
    request::{Body, IdempotencyKey, Input, strict},
    response::{Reply, Response},
};

/// Lists the caller's organizations, oldest first.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_list",
    params(PageParams),
    responses((status = 200, body = PageOut<OrgOut>, description = "A page of organizations.")),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/")]
pub(crate) async fn list(tenant: Tenant, request: HttpRequest) -> Response<Ninja> {
    let page = only_page(&request)?;
    let offset = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    // Authentication has loaded all memberships already.
    let all = Page::whole(tenant.memberships);
    let items = all.items.into_iter().skip(offset).take(limit).collect();
    let page = Page {
        items,
        count: all.count,
    };
    Ok(Reply::ok(&PageOut::of(page, OrgOut::from)))
}

/// Creates a group organization with the caller as its owner.
///
/// The slug is derived from the name and never changes. An account can be in at most 200 organizations.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_create",
    params(IdempotencyKey),
    request_body = OrgInput,
    responses(
        (status = 201, body = OrgOut, description = "The new organization."),
        (status = 409, body = NinjaErrorOut, description = "The caller is in the largest possible number of organizations."),
    ),
    security(("bearer" = [])),
)]
#[post("/api/v1/orgs/")]
pub(crate) async fn create(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let name = read::fields::<OrgInput>(body).await?.check()?;
    let founder = tenant.caller.account.id;
    idempotency
        .run(founder, async {
            let founded = state
                .organizations
                .create(&mut state.work(), founder, &name)
                .await;
            Ok(Reply::created(&OrgOut::from(founded.map_err(refused)?)))
        })
        .await
}

/// Returns an organization.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_retrieve",
    params(("org_slug" = String, Path, description = "The organization's slug.", example = "acme")),
    responses(
        (status = 200, body = OrgOut, description = "The organization."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/{org_slug}/")]
pub(crate) async fn retrieve(tenant: Tenant, slug: Path<String>) -> Response<Ninja> {
    let membership = tenant.organization(&slug)?.clone();
    Ok(Reply::ok(&OrgOut::from(membership)))
}

/// Renames an organization.
///
/// The slug stays. For admins and owners. The name of a personal organization changes again when the account's username
/// changes.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_update",
    params(("org_slug" = String, Path, description = "The organization's slug.", example = "acme"), IdempotencyKey),
    request_body = OrgInput,
    responses(
        (status = 200, body = OrgOut, description = "The updated organization."),
        (status = 403, body = NinjaErrorOut, description = "The caller's role in the organization does not allow this."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
    security(("bearer" = [])),
)]
#[patch("/api/v1/orgs/{org_slug}/")]
pub(crate) async fn update(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    slug: Path<String>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let name = read::fields::<OrgInput>(body).await?.check()?;
    let id = tenant.organization(&slug)?.organization.id;
    let by = tenant.caller.account.id;
    idempotency
        .run(by, async {
            let renamed = state
                .organizations
                .rename(&mut state.work(), by, id, &name)
                .await?;
            Ok(Reply::ok(&OrgOut::from(renamed)))
        })
        .await
}

/// Deletes a group organization and everything in it.
///
/// For owners.
#[utoipa::path(
    tag = "orgs",
    operation_id = "v1_orgs_delete",
    params(("org_slug" = String, Path, description = "The organization's slug.", example = "acme"), IdempotencyKey),
    responses(
        (status = 204, description = "The organization was deleted."),
        (status = 403, body = NinjaErrorOut, description = "The caller's role in the organization does not allow this."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
        (status = 409, body = NinjaErrorOut, description = "A personal organization is deleted only with its account."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/orgs/{org_slug}/")]
pub(crate) async fn destroy(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    slug: Path<String>,
) -> Response<Ninja> {
    let id = tenant.organization(&slug)?.organization.id;
    let by = tenant.caller.account.id;
    idempotency
        .run(by, async {
            state
                .organizations
                .delete(&mut state.work(), by, id)
                .await?;
            Ok(Reply::no_content())
        })
        .await
}

#[derive(Default, Deserialize, ToSchema)]
struct OrgInput {
    /// Surrounding white space is removed.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 255, example = "Acme")]
    name: Input,
}

impl OrgInput {
    /// Validates the name, the only field that a client can set.
    fn check(&self) -> Result<String, FieldErrors> {
        let mut faults = FieldErrors::default();
        let name = strict::required(&mut faults, "name", &self.name).unwrap_or_default();
        let name = name.trim();
        if name.is_empty() && faults.is_empty() {
            faults.add("name", Code::Blank);
        }
        if name.chars().count() > Organization::MAX_NAME_CHARS {
            faults.add("name", Code::TooLong(Organization::MAX_NAME_CHARS));
        }
        faults.or(name.to_owned())
    }
}
