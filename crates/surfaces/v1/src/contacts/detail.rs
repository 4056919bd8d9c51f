//! `/api/v1/contacts/{slug}/`: one contact.

use super::{
    ContactOut, check_replay,
    fields::{ContactCreate, ContactUpdate},
};
use crate::prelude::*;

/// Returns a contact.
#[utoipa::path(
    get, path = "/api/v1/contacts/{slug}/", tag = "contacts", params(ContactPath),
    responses((status = 200, body = ContactOut)),
)]
pub(crate) async fn retrieve(
    tenant: Guard<Member>,
    state: State,
    contact: Path<ContactPath>,
) -> Response {
    let work = &mut state.work();
    let contact = state.contacts.by_slug(work, &tenant.org_ids(), &contact.slug).await?;
    let contact = ContactOut::with_tags(&state, work, &tenant, contact).await?;
    Ok(Reply::ok(&contact))
}

/// Replaces a contact.
///
/// Absent fields become null. The slug, the creator and the tags stay. A contact that moves to another organization
/// loses its tags.
#[utoipa::path(
    put, path = "/api/v1/contacts/{slug}/", tag = "contacts", params(ContactPath, IdempotencyKey),
    request_body = ContactCreate,
    responses(
        (status = 200, body = ContactOut),
        (status = 404, description = "The contact or the organization does not exist, or the caller is not a member of the organization."),
    ),
)]
pub(crate) async fn replace(
    tenant: Guard<Member>,
    state: State,
    contact: Path<ContactPath>,
    idempotency: IdempotencyKey,
    body: Body,
) -> Response {
    let sent = body.read_or_empty::<ContactCreate>().await?;
    let details = sent.check(&tenant)?;
    let orgs = tenant.org_ids();
    let change = async |work: &mut Work| {
        let contact = state.contacts.replace(work, &orgs, &contact.slug, details.clone()).await?;
        let contact = ContactOut::with_tags(&state, work, &tenant, contact).await?;
        Ok(Reply::ok(&contact))
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}

/// Changes the given fields of a contact.
///
/// Absent fields keep their value. A new display name changes the slug, and with it the contact's path. A contact that
/// moves to another organization loses its tags.
#[utoipa::path(
    patch, path = "/api/v1/contacts/{slug}/", tag = "contacts", params(ContactPath, IdempotencyKey),
    request_body = ContactUpdate,
    responses(
        (status = 200, body = ContactOut),
        (status = 404, description = "The contact or the organization does not exist, or the caller is not a member of the organization."),
    ),
)]
pub(crate) async fn update(
    tenant: Guard<Member>,
    state: State,
    contact: Path<ContactPath>,
    idempotency: IdempotencyKey,
    body: Body,
) -> Response {
    let sent = body.read::<ContactUpdate>().await?;
    let patch = sent.check(&tenant)?;
    let orgs = tenant.org_ids();
    let change = async |work: &mut Work| {
        let contact = state.contacts.update(work, &orgs, &contact.slug, patch.clone()).await?;
        let contact = ContactOut::with_tags(&state, work, &tenant, contact).await?;
        Ok(Reply::ok(&contact))
    };
    let may_replay = |response: &_| check_replay(&tenant, response);
    let account = tenant.caller.account.id;
    idempotency.run_for(&mut state.work(), account, may_replay, change).await
}

/// Deletes a contact.
#[utoipa::path(
    delete, path = "/api/v1/contacts/{slug}/", tag = "contacts", params(ContactPath, IdempotencyKey),
    responses((status = 200, body = NoticeOut, description = "The contact was deleted.")),
)]
pub(crate) async fn destroy(
    tenant: Guard<Member>,
    state: State,
    contact: Path<ContactPath>,
    idempotency: IdempotencyKey,
) -> Response {
    let orgs = tenant.org_ids();
    let change = async |work: &mut Work| {
        state.contacts.delete(work, &orgs, &contact.slug).await?;
        notice("Contact deleted.")
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}
