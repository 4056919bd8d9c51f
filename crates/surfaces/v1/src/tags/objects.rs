//! `/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/` and below: the tags on an object.

use actix_web::{
    HttpRequest, delete, get, post,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        NoticeOut,
        page::{PageOut, PageParams},
    },
    OrderingParams, TagOut, body, listing, object,
};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    request::{Body, IdempotencyKey},
    response::{Reply, Response},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ObjectPath {
    /// The organization's slug.
    #[param(example = "acme")]
    org_slug: String,
    /// `contacts` or `organizations`.
    #[param(example = "contacts")]
    app_label: String,
    /// `contact` or `organization`.
    #[param(example = "contact")]
    model: String,
    /// The object's slug.
    #[param(example = "jane-roe")]
    obj_id: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AssignmentPath {
    /// The organization's slug.
    #[param(example = "acme")]
    org_slug: String,
    /// `contacts` or `organizations`.
    #[param(example = "contacts")]
    app_label: String,
    /// `contact` or `organization`.
    #[param(example = "contact")]
    model: String,
    /// The object's slug.
    #[param(example = "jane-roe")]
    obj_id: String,
    /// The tag's slug.
    #[param(example = "news-letter")]
    slug: String,
}

/// Lists the tags on an object.
///
/// Default order: the order of their assignment.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_of_object",
    params(ObjectPath, PageParams, OrderingParams),
    responses(
        (status = 200, body = PageOut<TagOut>, description = "A page of tags."),
        (status = 400, body = NinjaErrorOut, description = "`limit`, `offset` or `ordering` is invalid."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the object does not exist, or the caller is not a member of the organization."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/")]
pub(super) async fn list(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<ObjectPath>,
    request: HttpRequest,
) -> Response<Ninja> {
    let (order, page) = listing(&request)?;
    let member = tenant.organization(&path.org_slug)?;
    let object = object(member, &path.app_label, &path.model, &path.obj_id)?;
    let page = state
        .tags
        .of_target(&mut state.work(), object, order, page)
        .await?;
    let slug = &member.organization.slug;
    Ok(Reply::ok(&PageOut::of(page, |tag| TagOut::of(tag, slug))))
}

/// Assigns tags to an object by name.
///
/// Either all names are assigned or none. A name that equals an existing tag's regardless of case means that tag; other
/// tags are created. The response has each tag once, in the order of the names.
///
/// At most 50 names, each of 1 to 50 characters with at least one letter or digit. The list may also be sent as
/// `{"tags": [...]}`.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_assign",
    params(ObjectPath, IdempotencyKey),
    request_body(content = Vec<String>, description = "The names of the tags.", example = json!(["vip", "News Letter"])),
    responses(
        (status = 200, body = [TagOut], description = "The assigned tags."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the object does not exist, or the caller is not a member of the organization."),
        (
            status = 409,
            body = NinjaErrorOut,
            description = "Two different names have the same slug.",
            example = json!({ "detail": "Two different tag names cannot share the same slug in an organization." }),
        ),
    ),
    security(("bearer" = [])),
)]
#[post("/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/")]
pub(super) async fn assign(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<ObjectPath>,
    body: Body<Ninja>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let names = body::names(body).await?;
    let member = tenant.organization(&path.org_slug)?;
    let object = object(member, &path.app_label, &path.model, &path.obj_id)?;
    let account = tenant.caller.account.id;
    idempotency
        .run(account, async {
            let tags = state.tags.assign(&mut state.work(), object, names).await?;
            Ok(Reply::ok(&TagOut::all(tags, &member.organization.slug)))
        })
        .await
}

/// Removes tags from an object by id.
///
/// Ids of tags that are not on the object are ignored. The list may also be sent as `{"ids": [...]}`.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_unassign_all",
    params(ObjectPath, IdempotencyKey),
    request_body(content = Vec<i64>, description = "The ids of the tags.", example = json!([1, 2])),
    responses(
        (status = 200, body = RemovedOut, description = "The number of removed tags."),
        (status = 404, body = NinjaErrorOut, description = "The organization or the object does not exist, or the caller is not a member of the organization."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/")]
pub(super) async fn unassign_all(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<ObjectPath>,
    body: Body<Ninja>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let ids = body::tag_ids(body).await?;
    let member = tenant.organization(&path.org_slug)?;
    let object = object(member, &path.app_label, &path.model, &path.obj_id)?;
    let account = tenant.caller.account.id;
    idempotency
        .run(account, async {
            let removed_count = state
                .tags
                .unassign_all(&mut state.work(), object, &ids)
                .await?;
            Ok(Reply::ok(&RemovedOut { removed_count }))
        })
        .await
}

/// Removes a tag from an object by slug.
///
/// Succeeds also if the tag is not on the object.
#[utoipa::path(
    tag = "tags",
    operation_id = "v1_tags_unassign",
    params(AssignmentPath, IdempotencyKey),
    responses(
        (status = 200, body = NoticeOut, description = "The tag is not on the object."),
        (status = 404, body = NinjaErrorOut, description = "The organization, the object or the tag does not exist, or the caller is not a member of the organization."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/{slug}/")]
pub(super) async fn unassign(
    tenant: Tenant,
    state: Data<V1State>,
    path: Path<AssignmentPath>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let member = tenant.organization(&path.org_slug)?;
    let object = object(member, &path.app_label, &path.model, &path.obj_id)?;
    let account = tenant.caller.account.id;
    idempotency
        .run(account, async {
            state
                .tags
                .unassign(&mut state.work(), object, &path.slug)
                .await?;
            Ok(Reply::ok(&NoticeOut { detail: "removed" }))
        })
        .await
}

/// The number of removed tags.
#[derive(Serialize, ToSchema)]
struct RemovedOut {
    #[schema(example = 2)]
    removed_count: usize,
}
