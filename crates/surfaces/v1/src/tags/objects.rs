//! `/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/` and below: the tags on an object.

use loggia_identity::Membership;
use loggia_tagging::{TargetKind, TargetRef};

use super::{OrderingQuery, TagOut, body, listing};
use crate::prelude::*;

/// Lists the tags on an object.
///
/// Default order: the order of their assignment.
#[utoipa::path(
    get, path = "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/", tag = "tags",
    params(OrgPath, ObjectPath, PageQuery, OrderingQuery),
    responses((status = 200, body = PageOut<TagOut>, description = "A page of tags.")),
)]
pub(crate) async fn list_of_object(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    object: Path<ObjectPath>,
    page: PageQuery,
    ordering: OrderingQuery,
) -> Response {
    let (order, page) = listing(&page, &ordering)?;
    let member = tenant.organization(&org.org_slug)?;
    let target = target(member, &object)?;
    let work = &mut state.work();
    let page = state.tags.of_target(work, target, order, page).await?;
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
    post, path = "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/", tag = "tags",
    params(OrgPath, ObjectPath, IdempotencyKey),
    request_body(content = Vec<String>, description = "The names of the tags.", example = json!(["vip", "News Letter"])),
    responses(
        (status = 200, body = [TagOut], description = "The assigned tags."),
        (status = 409, description = "Two different names have the same slug."),
    ),
)]
pub(crate) async fn assign(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    object: Path<ObjectPath>,
    body: Body,
    idempotency: IdempotencyKey,
) -> Response {
    let names = body::names(body).await?;
    let member = tenant.organization(&org.org_slug)?;
    let target = target(member, &object)?;
    let change = async |work: &mut Work| {
        let tags = state.tags.assign(work, target, names.clone()).await?;
        Ok(Reply::ok(&TagOut::all(tags, &member.organization.slug)))
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

/// Removes tags from an object by id.
///
/// Ids of tags that are not on the object are ignored. The list may also be sent as `{"ids": [...]}`.
#[utoipa::path(
    delete, path = "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/", tag = "tags",
    params(OrgPath, ObjectPath, IdempotencyKey),
    request_body(content = Vec<i64>, description = "The ids of the tags.", example = json!([1, 2])),
    responses((status = 200, body = RemovedOut)),
)]
pub(crate) async fn unassign_all(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    object: Path<ObjectPath>,
    body: Body,
    idempotency: IdempotencyKey,
) -> Response {
    let ids = body::tag_ids(body).await?;
    let target = target(tenant.organization(&org.org_slug)?, &object)?;
    let change = async |work: &mut Work| {
        let removed_count = state.tags.unassign_all(work, target, &ids).await?;
        Ok(Reply::ok(&RemovedOut { removed_count }))
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

/// Removes a tag from an object by slug.
///
/// Succeeds also if the tag is not on the object.
#[utoipa::path(
    delete, path = "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/{slug}/", tag = "tags",
    params(OrgPath, ObjectPath, TagPath, IdempotencyKey),
    responses((status = 200, body = NoticeOut, description = "The tag is not on the object.")),
)]
pub(crate) async fn unassign(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    object: Path<ObjectPath>,
    tag: Path<TagPath>,
    idempotency: IdempotencyKey,
) -> Response {
    let target = target(tenant.organization(&org.org_slug)?, &object)?;
    let change = async |work: &mut Work| {
        state.tags.unassign(work, target, &tag.slug).await?;
        notice("removed")
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

/// Returns the object that a path names. Types that cannot be tagged are treated as unknown objects.
///
/// # Errors
/// [`Problem::NotFound`].
fn target<'a>(member: &'a Membership, object: &'a ObjectPath) -> Result<TargetRef<'a>, Problem> {
    // Compared case-sensitively. Source: docs/contract/v1.md «Organization scope».
    let kind = match (&*object.app_label, &*object.model) {
        ("contacts", "contact") => TargetKind::Contact,
        ("organizations", "organization") => TargetKind::Organization,
        _ => return Err(Problem::NotFound),
    };
    Ok(TargetRef {
        organization: member.organization.id,
        organization_slug: member.organization.slug.as_str(),
        kind,
        name: &object.obj_id,
    })
}

/// The number of removed tags.
#[derive(Serialize, ToSchema)]
struct RemovedOut {
    #[schema(example = 2)]
    removed_count: usize,
}
