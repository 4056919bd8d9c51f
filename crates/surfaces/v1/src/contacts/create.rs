//! `POST /api/v1/contacts/`.

use actix_web::{post, web::Data};
use loggia_contacts::NewContact;

use super::{super::read, ContactOut, fields::WholeContact};
use crate::{Tenant, V1State};
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    request::{Body, IdempotencyKey},
    response::{Reply, Response},
};

/// Creates a contact.
///
/// Its slug is made of its name, with `-1`, `-2`, ... behind it where another contact has it.
#[utoipa::path(
    tag = "contacts",
    operation_id = "v1_contacts_create",
    params(IdempotencyKey),
    request_body = WholeContact,
    responses(
        (status = 200, body = ContactOut, description = "Created."),
        (status = 404, body = NinjaErrorOut, description = "There is no such organisation, or the caller is not in it."),
    ),
    security(("bearer" = [])),
)]
#[post("/api/v1/contacts/")]
pub(crate) async fn create(
    tenant: Tenant,
    state: Data<V1State>,
    idempotency: IdempotencyKey,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let sent = read::fields::<WholeContact>(body).await?;
    let new = NewContact {
        creator: tenant.caller.account.slug.clone(),
        details: sent.check(&tenant)?,
    };
    let work = async {
        let contact = state.contacts.create(new).await?;
        Ok(Reply::ok(&ContactOut::of(&tenant, contact, Vec::new())))
    };
    idempotency.run(tenant.caller.account.id, work).await
}
