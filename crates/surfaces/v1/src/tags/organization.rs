//! `/api/v1/orgs/{org_slug}/tags/` and below: the tags of an organization.

use actix_web::{
    HttpRequest, delete, get, patch, post,
    web::{Data, Path},
};
use loggia_tagging::{Order, TagId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    super::{
        NoticeOut, ids,
        page::{PageOut, PageParams, page},
        read,
    },
    OrderingParams, TagOut,
    body::{TagCreate, TagUpdate},
    listing,
};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    error::{Code, FieldErrors},
    request::{Body, IdempotencyKey, strict},
    response::{Reply, Response},
};

/// Limit of a search text in characters. Source: docs/contract/v1.md «Tags».
const MAX_SEARCH: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AllPath {
    /// The organization's slug.
    #[param(example = "acme")]
    org_slug: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OnePath {
    /// The organization's slug.
    #[param(example = "acme")]
    org_slug: String,
    /// The tag's id.
    #[param(value_type = i64, example = 1)]
    tag_id: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SlugPath {
    /// The organization's slug.
    #[param(example = "acme")]
    org_slug: String,
    /// The tag's slug.
    #[param(example = "news-letter")]
    slug: String,
}

/// Lists an organization's tags.
///
/// Default order: `id`.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_list",
    params(AllPath, PageParams, OrderingParams),
    responses(
        (status = 200, body = PageOut<TagOut>, description = "A page of tags."),
        (status = 400, body = NinjaErrorOut, description = "`limit`, `offset` or `ordering` is invalid."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/{org_slug}/tags/")]
pub(super) async fn list(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<AllPath>,
    request: HttpRequest,
) -> Response<Ninja> {
    let (order, page) = listing(&request)?;
    let organization = &tenant.organization(&path.org_slug)?.organization;
    let order = order.unwrap_or(Order::Id);
    let page = state
        .tags
        .list(&mut state.work(), organization.id, order, page)
        .await?;
    let slug = &organization.slug;
    Ok(Reply::ok(&PageOut::of(page, |tag| TagOut::of(tag, slug))))
}

/// Creates a tag.
///
/// Names are unique within the organization regardless of case, and so are slugs.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_create",
    params(AllPath, IdempotencyKey),
    request_body = TagCreate,
    responses(
        (status = 200, body = TagOut, description = "The new tag."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
    security(("bearer" = [])),
)]
#[post("/api/v1/orgs/{org_slug}/tags/")]
pub(super) async fn create(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<AllPath>,
    body: Body<Ninja>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let new = read::fields::<TagCreate>(body).await?.check()?;
    let organization = &tenant.organization(&path.org_slug)?.organization;
    let account = tenant.caller.account.id;
    idempotency
        .run(account, async {
            let tag = state
                .tags
                .create(&mut state.work(), organization.id, new)
                .await?;
            Ok(Reply::ok(&TagOut::of(tag, &organization.slug)))
        })
        .await
}

/// Searches an organization's tags by name.
///
/// The comparison ignores case. The result is ordered by name.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_search",
    params(
        AllPath,
        ("q" = String, Query, description = "A part of the name. Empty: all tags.", max_length = 200, example = "news"),
        PageParams,
    ),
    responses(
        (status = 200, body = [TagOut], description = "The matching tags."),
        (status = 400, body = NinjaErrorOut, description = "`q`, `limit` or `offset` is invalid."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/{org_slug}/tags/search/")]
pub(super) async fn search(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<AllPath>,
    request: HttpRequest,
) -> Response<Ninja> {
    let mut faults = FieldErrors::default();
    let q = read::parameter(&request, "q");
    let text = strict::required(&mut faults, "query/q", &q);
    if text
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_SEARCH)
    {
        faults.add("query/q", Code::TooLong(MAX_SEARCH));
    }
    let page = page(&mut faults, &request);
    let text = faults.or(text.unwrap_or_default())?;
    let organization = &tenant.organization(&path.org_slug)?.organization;
    let tags = state
        .tags
        .search(&mut state.work(), organization.id, &text, page)
        .await?;
    Ok(Reply::ok(&TagOut::all(tags, &organization.slug)))
}

/// Returns a tag by its slug.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_by_slug",
    params(SlugPath),
    responses(
        (status = 200, body = TagOut, description = "The tag."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the tag does not exist, or the caller is not a member of the organization."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/{org_slug}/tags/by-slug/{slug}/")]
pub(super) async fn by_slug(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<SlugPath>,
) -> Response<Ninja> {
    let organization = &tenant.organization(&path.org_slug)?.organization;
    let tag = state
        .tags
        .by_slug(&mut state.work(), organization.id, &path.slug)
        .await?;
    Ok(Reply::ok(&TagOut::of(tag, &organization.slug)))
}

/// Renames a tag.
///
/// The slug is derived from the new name.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_update",
    params(OnePath, IdempotencyKey),
    request_body = TagUpdate,
    responses(
        (status = 200, body = TagOut, description = "The updated tag."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the tag does not exist, or the caller is not a member of the organization."),
    ),
    security(("bearer" = [])),
)]
#[patch("/api/v1/orgs/{org_slug}/tags/{tag_id}/")]
pub(super) async fn update(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<OnePath>,
    body: Body<Ninja>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let id = TagId::new(ids::in_path("tag_id", &path.tag_id)?);
    let name = body.read::<TagUpdate>().await?.check()?;
    let organization = &tenant.organization(&path.org_slug)?.organization;
    let account = tenant.caller.account.id;
    idempotency
        .run(account, async {
            let tag = state
                .tags
                .rename(&mut state.work(), organization.id, id, name)
                .await?;
            Ok(Reply::ok(&TagOut::of(tag, &organization.slug)))
        })
        .await
}

/// Deletes a tag and removes it from all objects.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_destroy",
    params(OnePath, IdempotencyKey),
    responses(
        (status = 200, body = NoticeOut, description = "The tag was deleted."),
        (status = 400, body = NinjaErrorOut, description = "`tag_id` is not an integer."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the tag does not exist, or the caller is not a member of the organization."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/orgs/{org_slug}/tags/{tag_id}/")]
pub(super) async fn destroy(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<OnePath>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let id = TagId::new(ids::in_path("tag_id", &path.tag_id)?);
    let organization = &tenant.organization(&path.org_slug)?.organization;
    let account = tenant.caller.account.id;
    idempotency
        .run(account, async {
            state
                .tags
                .delete(&mut state.work(), organization.id, id)
                .await?;
            Ok(Reply::ok(&NoticeOut { detail: "deleted" }))
        })
        .await
}
