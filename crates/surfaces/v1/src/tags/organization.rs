//! `/api/v1/orgs/{org_slug}/tags/` and below: the tags of an organization.

use loggia_tagging::{Order, TagId};

use super::{
    OrderingQuery, TagOut,
    body::{TagCreate, TagUpdate},
    listing,
};
use crate::ids;
use crate::prelude::*;
use loggia_http::request::fields::strict::Text;

/// Lists an organization's tags.
///
/// Default order: `id`.
#[utoipa::path(
    get, path = "/api/v1/orgs/{org_slug}/tags/", tag = "tags", params(OrgPath, PageQuery, OrderingQuery),
    responses((status = 200, body = PageOut<TagOut>, description = "A page of tags.")),
)]
pub(crate) async fn list(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    page: PageQuery,
    ordering: OrderingQuery,
) -> Response {
    let (order, page) = listing(&page, &ordering)?;
    let organization = &tenant.organization(&org.org_slug)?.organization;
    let order = order.unwrap_or(Order::Id);
    let work = &mut state.work();
    let page = state.tags.list(work, organization.id, order, page).await?;
    let slug = &organization.slug;
    Ok(Reply::ok(&PageOut::of(page, |tag| TagOut::of(tag, slug))))
}

/// Creates a tag.
///
/// Names are unique within the organization regardless of case, and so are slugs.
#[utoipa::path(
    post, path = "/api/v1/orgs/{org_slug}/tags/", tag = "tags", params(OrgPath, IdempotencyKey),
    request_body = TagCreate,
    responses((status = 200, body = TagOut)),
)]
pub(crate) async fn create(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    body: Body,
    idempotency: IdempotencyKey,
) -> Response {
    let new = body.read_or_empty::<TagCreate>().await?.check()?;
    let organization = &tenant.organization(&org.org_slug)?.organization;
    let change = async |work: &mut Work| {
        let tag = state.tags.create(work, organization.id, new.clone()).await?;
        Ok(Reply::ok(&TagOut::of(tag, &organization.slug)))
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

/// Searches an organization's tags by name.
///
/// The comparison ignores case. The result is ordered by name.
#[utoipa::path(
    get, path = "/api/v1/orgs/{org_slug}/tags/search/", tag = "tags",
    params(OrgPath, QueryFields<SearchParams>, PageQuery),
    responses((status = 200, body = [TagOut], description = "The matching tags.")),
)]
pub(crate) async fn search(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    query: QueryFields<SearchParams>,
    page: PageQuery,
) -> Response {
    let mut errors = FieldErrors::default();
    let text = query.read()?.q.read(&mut errors);
    let page = page.read()?.read(&mut errors);
    let text = errors.or(text)?.unwrap_or_default();
    let organization = &tenant.organization(&org.org_slug)?.organization;
    let work = &mut state.work();
    let tags = state.tags.search(work, organization.id, &text, page).await?;
    Ok(Reply::ok(&TagOut::all(tags, &organization.slug)))
}

/// Returns a tag by its slug.
#[utoipa::path(
    get, path = "/api/v1/orgs/{org_slug}/tags/by-slug/{slug}/", tag = "tags", params(OrgPath, TagPath),
    responses((status = 200, body = TagOut)),
)]
pub(crate) async fn retrieve(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    tag: Path<TagPath>,
) -> Response {
    let organization = &tenant.organization(&org.org_slug)?.organization;
    let work = &mut state.work();
    let tag = state.tags.by_slug(work, organization.id, &tag.slug).await?;
    Ok(Reply::ok(&TagOut::of(tag, &organization.slug)))
}

/// Renames a tag.
///
/// The slug is derived from the new name.
#[utoipa::path(
    patch, path = "/api/v1/orgs/{org_slug}/tags/{tag_id}/", tag = "tags",
    params(OrgPath, TagIdPath, IdempotencyKey),
    request_body = TagUpdate,
    responses((status = 200, body = TagOut)),
)]
pub(crate) async fn update(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    tag: Path<TagIdPath>,
    body: Body,
    idempotency: IdempotencyKey,
) -> Response {
    let id = TagId::new(ids::in_path("tag_id", &tag.tag_id)?);
    let name = body.read::<TagUpdate>().await?.check()?;
    let organization = &tenant.organization(&org.org_slug)?.organization;
    let change = async |work: &mut Work| {
        let tag = state.tags.rename(work, organization.id, id, name.clone()).await?;
        Ok(Reply::ok(&TagOut::of(tag, &organization.slug)))
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

/// Deletes a tag and removes it from all objects.
#[utoipa::path(
    delete, path = "/api/v1/orgs/{org_slug}/tags/{tag_id}/", tag = "tags",
    params(OrgPath, TagIdPath, IdempotencyKey),
    responses(
        (status = 200, body = NoticeOut, description = "The tag was deleted."),
        (status = 400, body = NinjaErrorOut, description = "`tag_id` is not an integer, or `Idempotency-Key` is invalid."),
    ),
)]
pub(crate) async fn destroy(
    tenant: Guard<Member>,
    state: State,
    org: Path<OrgPath>,
    tag: Path<TagIdPath>,
    idempotency: IdempotencyKey,
) -> Response {
    let id = TagId::new(ids::in_path("tag_id", &tag.tag_id)?);
    let organization = &tenant.organization(&org.org_slug)?.organization;
    let change = async |work: &mut Work| {
        state.tags.delete(work, organization.id, id).await?;
        notice("deleted")
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct SearchParams {
    /// A part of the name. Empty: all tags. Example: `news`
    // Source of the limit: docs/contract/v1.md «Tags».
    q: Required<Text<200>>,
}
