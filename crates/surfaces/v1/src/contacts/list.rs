//! `GET /api/v1/contacts/`: the contact list.

use loggia_contacts::{ContactId, ContactQuery};
use loggia_kernel::OrgId;
use loggia_tagging::TargetKind;

use super::{
    ContactOut,
    query::{ContactParams, ListQuery},
    tags_of,
};
use crate::prelude::*;

/// Lists the contacts of the caller's organizations, oldest first.
///
/// The cost of a page by `offset` grows with the offset; a page by `cursor` costs the same at any depth.
#[utoipa::path(
    get, path = "/api/v1/contacts/", tag = "contacts", params(PageQuery, ContactParams),
    responses(
        (status = 200, body = ContactPageOut, description = "A page of contacts."),
        (status = 404, description = "The organization does not exist, or the caller is not a member of it."),
    ),
)]
pub(crate) async fn list(
    tenant: Guard<Member>,
    state: State,
    page: PageQuery,
    filter: ContactParams,
) -> Response {
    let query = ListQuery::read(&page, &filter)?;
    let (contact_query, cursors) = query.contact_query(&state, &tenant)?;
    let orgs = match &query.organization {
        Some(slug) => vec![tenant.organization(slug)?.organization.id],
        None => tenant.org_ids(),
    };
    let work = &mut state.work();
    let contact_query = tagged(&state, work, &orgs, query.tag.as_deref(), contact_query).await?;
    let part = state.contacts.list(work, &orgs, &contact_query).await?;
    let mut tags = tags_of(&state, work, &part.items).await?;
    let next_cursor = match (cursors, part.next) {
        (None, _) => NextCursor::Absent,
        (Some(_), None) => NextCursor::End,
        (Some(cursors), Some(end)) => NextCursor::At(cursors.encrypt(&end)),
    };
    let items = part.items.into_iter().map(|contact| {
        let tags = tags.remove(&contact.id.get()).unwrap_or_default();
        ContactOut::of(&tenant, contact, tags)
    });
    Ok(Reply::ok(&ContactPageOut { items: items.collect(), count: part.count, next_cursor }))
}

/// Restricts a query to the contacts with a tag, if one is given.
async fn tagged(
    state: &V1State,
    work: &mut Work,
    orgs: &[OrgId],
    tag: Option<&str>,
    query: ContactQuery,
) -> Result<ContactQuery, Problem> {
    let Some(tag) = tag else {
        return Ok(query);
    };
    let ids = state.tags.targets(work, orgs, TargetKind::Contact, tag).await?;
    Ok(ContactQuery { ids: Some(ids.into_iter().map(ContactId::new).collect()), ..query })
}

/// A page of contacts.
#[derive(Serialize, ToSchema)]
struct ContactPageOut {
    /// In the order of the list. Empty past its end.
    items: Vec<ContactOut>,
    /// The length of the whole list.
    #[schema(example = 1)]
    count: u64,
    /// The cursor of the next page, null on the last one. Present only if the request has `cursor`.
    #[serde(skip_serializing_if = "NextCursor::is_absent")]
    #[schema(value_type = Option<String>, required = false)]
    next_cursor: NextCursor,
}

/// The value of `next_cursor`.
#[derive(Serialize)]
#[serde(untagged)]
enum NextCursor {
    /// The request does not use cursors.
    Absent,
    /// This is the last page.
    End,
    /// The cursor of the next page.
    At(String),
}

impl NextCursor {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}
