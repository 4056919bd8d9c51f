//! `/api/v1/contacts/{slug}/`: one contact.

use actix_web::{
    delete, get, patch, put,
    web::{Data, Path},
};

use super::{
    super::{NoticeOut, read},
    ContactOut,
    fields::{PartOfContact, WholeContact},
    told_to,
};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    request::{Body, IdempotencyKey},
    response::{Reply, Response},
};

/// Shows a contact.
#[utoipa::path(
    tag = "contacts",
    operation_id = "v1_contacts_retrieve",
    params(("slug" = String, Path, description = "Which contact.", example = "jane-roe")),
    responses(
        (status = 200, body = ContactOut, description = "The contact."),
        (status = 404, body = NinjaErrorOut, description = "There is none in any of the caller's organisations."),
    ),
    security(("bearer" = [])),
)]
#[get("/api/v1/contacts/{slug}/")]
pub(crate) async fn retrieve(
    tenant: Tenant,
    state: Data<V1State>,
    slug: Path<String>,
) -> Response<Ninja> {
    let contact = state.contacts.by_slug(&tenant.org_ids(), &slug).await?;
    let contact = ContactOut::with_tags(&state, &tenant, contact).await?;
    Ok(Reply::ok(&contact))
}

/// Changes all of a contact.
///
/// What is not sent becomes null. Slug, creator and picture stay, and so do the tags, unless the contact moves to another
/// organisation: then it leaves its tags behind.
#[utoipa::path(
    tag = "contacts",
    operation_id = "v1_contacts_replace",
    params(("slug" = String, Path, description = "Which contact.", example = "jane-roe"), IdempotencyKey),
    request_body = WholeContact,
    responses(
        (status = 200, body = ContactOut, description = "The updated contact."),
        (status = 404, body = NinjaErrorOut, description = "There is no such contact or organisation, or the caller is not in it."),
    ),
    security(("bearer" = [])),
)]
#[put("/api/v1/contacts/{slug}/")]
pub(crate) async fn replace(
    tenant: Tenant,
    state: Data<V1State>,
    slug: Path<String>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let sent = read::fields::<WholeContact>(body).await?;
    let details = sent.check(&tenant)?;
    let orgs = tenant.org_ids();
    let work = async {
        let contact = state.contacts.replace(&orgs, &slug, details).await?;
        let contact = ContactOut::with_tags(&state, &tenant, contact).await?;
        Ok(Reply::ok(&contact))
    };
    idempotency.run(tenant.caller.account.id, work).await
}

/// Changes a contact.
///
/// Only what is sent changes. A new display name makes a new slug, under which the contact is found from then on. In
/// another organisation the contact has no tags.
#[utoipa::path(
    tag = "contacts",
    operation_id = "v1_contacts_update",
    params(("slug" = String, Path, description = "Which contact.", example = "jane-roe"), IdempotencyKey),
    request_body = PartOfContact,
    responses(
        (status = 200, body = ContactOut, description = "The updated contact."),
        (status = 404, body = NinjaErrorOut, description = "There is no such contact or organisation, or the caller is not in it."),
    ),
    security(("bearer" = [])),
)]
#[patch("/api/v1/contacts/{slug}/")]
pub(crate) async fn update(
    tenant: Tenant,
    state: Data<V1State>,
    slug: Path<String>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let sent = body.read::<PartOfContact>().await?;
    let patch = sent.check(&tenant)?;
    let orgs = tenant.org_ids();
    let work = async {
        let contact = state.contacts.update(&orgs, &slug, patch).await?;
        let contact = ContactOut::with_tags(&state, &tenant, contact).await?;
        Ok(Reply::ok(&contact))
    };
    let may_hear = |told: &_| told_to(&tenant, told);
    let account = tenant.caller.account.id;
    idempotency.run_for(account, may_hear, work).await
}

/// Deletes a contact.
#[utoipa::path(
    tag = "contacts",
    operation_id = "v1_contacts_delete",
    params(("slug" = String, Path, description = "Which contact.", example = "jane-roe"), IdempotencyKey),
    responses(
        (status = 200, body = NoticeOut, description = "Deleted."),
        (status = 404, body = NinjaErrorOut, description = "There is none in any of the caller's organisations."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/contacts/{slug}/")]
pub(crate) async fn destroy(
    tenant: Tenant,
    state: Data<V1State>,
    slug: Path<String>,
    idempotency: IdempotencyKey,
) -> Response<Ninja> {
    let orgs = tenant.org_ids();
    let work = async {
        state.contacts.delete(&orgs, &slug).await?;
        Ok(Reply::ok(&NoticeOut {
            detail: "Contact deleted.",
        }))
    };
    idempotency.run(tenant.caller.account.id, work).await
}
