//! `POST /api/v1/contacts/`.

use actix_web::{post, web::Data};
use loggia_contacts::NewContact;

use super::{super::read, ContactOut, fields::WholeContact};
use crate::{
    Services,
    caller::Tenant,
    dialect::{Ninja, NinjaErrorOut},
    once::Once,
    wire::{Answer, Body, Reply},
};

/// Creates a contact.
///
/// Its slug is made of its name, with `-1`, `-2`, ... behind it where another contact has it.
#[utoipa::path(
    tag = "contacts",
    operation_id = "v1_contacts_create",
    params(Once),
    request_body = WholeContact,
    responses(
        (status = 200, body = ContactOut, description = "Created."),
        (status = 404, body = NinjaErrorOut, description = "There is no such organisation, or the caller is not in it."),
    ),
    security(("bearer" = [])),
)]
#[post("/api/v1/contacts/")]
pub(in super::super) async fn create(
    tenant: Tenant,
    services: Data<Services>,
    once: Once,
    body: Body<Ninja>,
) -> Answer<Ninja> {
    let sent = read::fields::<WholeContact>(body).await?;
    let new = NewContact {
        creator: tenant.caller.account.slug.clone(),
        details: sent.check(&tenant)?,
    };
    let work = async {
        let contact = services.contacts.create(new).await?;
        Ok(Reply::ok(&ContactOut::of(&tenant, contact, Vec::new())))
    };
    once.run(&services, tenant.caller.account.id, work).await
}
