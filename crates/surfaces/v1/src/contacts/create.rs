//! `POST /api/v1/contacts/`: creation of a contact.

use loggia_contacts::NewContact;

use super::{ContactOut, fields::ContactCreate};
use crate::prelude::*;

/// Creates a contact.
///
/// The slug is derived from the display name, with `-1`, `-2` and so on if another contact has it.
#[utoipa::path(
    post, path = "/api/v1/contacts/", tag = "contacts", params(IdempotencyKey), request_body = ContactCreate,
    responses(
        (status = 200, body = ContactOut),
        (status = 404, description = "The organization does not exist, or the caller is not a member of it."),
    ),
)]
pub(crate) async fn create(
    tenant: Guard<Member>,
    state: State,
    idempotency: IdempotencyKey,
    body: Body,
) -> Response {
    let sent = body.read_or_empty::<ContactCreate>().await?;
    let new =
        NewContact { creator: tenant.caller.account.slug.clone(), details: sent.check(&tenant)? };
    let change = async |work: &mut Work| {
        let contact = state.contacts.create(work, new.clone()).await?;
        Ok(Reply::ok(&ContactOut::of(&tenant, contact, Vec::new())))
    };
    idempotency.run(&mut state.work(), tenant.caller.account.id, change).await
}
