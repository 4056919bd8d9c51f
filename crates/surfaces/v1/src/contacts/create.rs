//! `POST /api/v1/contacts/`: creation of a contact.

use actix_web::web::Data;
use loggia_contacts::NewContact;

use super::{super::read, ContactOut, fields::ContactCreate};
use crate::{V1, V1State};
use loggia_http::{
    auth::{Guard, Member},
    dialect::{Ninja, NinjaErrorOut},
    request::{Body, IdempotencyKey},
    response::{Reply, Response},
};

/// Creates a contact.
///
/// The slug is derived from the display name, with `-1`, `-2` and so on if another contact has it.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/",
    tag = "contacts",
    operation_id = "v1_contacts_create",
    params(IdempotencyKey),
    request_body = ContactCreate,
    responses(
        (status = 200, body = ContactOut, description = "The new contact."),
        (status = 404, body = NinjaErrorOut, description = "The organization does not exist, or the caller is not a member of it."),
    ),
)]
pub(crate) async fn create(
    tenant: Guard<V1, Member>,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let sent = read::fields::<ContactCreate>(body).await?;
    let new = NewContact {
        creator: tenant.caller.account.slug.clone(),
        details: sent.check(&tenant)?,
    };
    let work = async {
        let contact = state.contacts.create(&mut state.work(), new).await?;
        Ok(Reply::ok(&ContactOut::of(&tenant, contact, Vec::new())))
    };
    idempotency.run(tenant.caller.account.id, work).await
}
