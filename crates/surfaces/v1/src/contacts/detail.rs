//! `/api/v1/contacts/{slug}/`: one contact.

use actix_web::web::{Data, Path};

use super::{
    super::{NoticeOut, read},
    ContactOut,
    fields::{ContactCreate, ContactUpdate},
    told_to,
};
use crate::{V1, V1State};
use loggia_http::{
    auth::{Guard, Member},
    dialect::{Ninja, NinjaErrorOut},
    request::{Body, IdempotencyKey},
    response::{Reply, Response},
};

/// Returns a contact.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{slug}/",
    tag = "contacts",
    operation_id = "v1_contacts_retrieve",
    params(("slug" = String, Path, description = "The contact's slug.", example = "jane-roe")),
    responses(
        (status = 200, body = ContactOut, description = "The contact."),
        (status = 404, body = NinjaErrorOut, description = "The contact does not exist in an organization of the caller."),
    ),
)]
pub(crate) async fn retrieve(
    tenant: Guard<V1, Member>,
    state: Data<V1State>,
    slug: Path<String>,
) -> Response<Ninja> {
    let contact = state
        .contacts
        .by_slug(&mut state.work(), &tenant.org_ids(), &slug)
        .await?;
    let contact = ContactOut::with_tags(&state, &tenant, contact).await?;
    Ok(Reply::ok(&contact))
}

/// Replaces a contact.
///
/// Absent fields become null. The slug, the creator and the tags stay. A contact that moves to another organization
/// loses its tags.
#[utoipa::path(
    put,
    path = "/api/v1/contacts/{slug}/",
    tag = "contacts",
    operation_id = "v1_contacts_replace",
    params(("slug" = String, Path, description = "The contact's slug.", example = "jane-roe"), IdempotencyKey),
    request_body = ContactCreate,
    responses(
        (status = 200, body = ContactOut, description = "The updated contact."),
        (status = 404, body = NinjaErrorOut, description = "The contact or the organization does not exist, or the caller is not a member of the organization."),
    ),
)]
pub(crate) async fn replace(
    tenant: Guard<V1, Member>,
    state: Data<V1State>,
    slug: Path<String>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let sent = read::fields::<ContactCreate>(body).await?;
    let details = sent.check(&tenant)?;
    let orgs = tenant.org_ids();
    let work = async {
        let contact = state
            .contacts
            .replace(&mut state.work(), &orgs, &slug, details)
            .await?;
        let contact = ContactOut::with_tags(&state, &tenant, contact).await?;
        Ok(Reply::ok(&contact))
    };
    idempotency.run(tenant.caller.account.id, work).await
}

/// Changes the given fields of a contact.
///
/// Absent fields keep their value. A new display name changes the slug, and with it the contact's path. A contact that
/// moves to another organization loses its tags.
#[utoipa::path(
    patch,
    path = "/api/v1/contacts/{slug}/",
    tag = "contacts",
    operation_id = "v1_contacts_update",
    params(("slug" = String, Path, description = "The contact's slug.", example = "jane-roe"), IdempotencyKey),
    request_body = ContactUpdate,
    responses(
        (status = 200, body = ContactOut, description = "The updated contact."),
        (status = 404, body = NinjaErrorOut, description = "The contact or the organization does not exist, or the caller is not a member of the organization."),
    ),
)]
pub(crate) async fn update(
    tenant: Guard<V1, Member>,
    state: Data<V1State>,
    slug: Path<String>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let sent = body.read::<ContactUpdate>().await?;
    let patch = sent.check(&tenant)?;
    let orgs = tenant.org_ids();
    let work = async {
        let contact = state
            .contacts
            .update(&mut state.work(), &orgs, &slug, patch)
            .await?;
        let contact = ContactOut::with_tags(&state, &tenant, contact).await?;
        Ok(Reply::ok(&contact))
    };
    let may_hear = |told: &_| told_to(&tenant, told);
    let account = tenant.caller.account.id;
    idempotency.run_for(account, may_hear, work).await
}

/// Deletes a contact.
#[utoipa::path(
    delete,
    path = "/api/v1/contacts/{slug}/",
    tag = "contacts",
    operation_id = "v1_contacts_delete",
    params(("slug" = String, Path, description = "The contact's slug.", example = "jane-roe"), IdempotencyKey),
    responses(
        (status = 200, body = NoticeOut, description = "The contact was deleted."),
        (status = 404, body = NinjaErrorOut, description = "The contact does not exist in an organization of the caller."),
    ),
)]
pub(crate) async fn destroy(
    tenant: Guard<V1, Member>,
    state: Data<V1State>,
    slug: Path<String>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let orgs = tenant.org_ids();
    let work = async {
        state
            .contacts
            .delete(&mut state.work(), &orgs, &slug)
            .await?;
        Ok(Reply::ok(&NoticeOut {
            detail: "Contact deleted.",
        }))
    };
    idempotency.run(tenant.caller.account.id, work).await
}
