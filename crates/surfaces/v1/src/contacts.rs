//! `/api/v1/contacts/`: the contacts of the caller's organizations.
//!
//! Source: docs/contract/v1.md «Contacts», «Contact list»; docs/contract/README.md «Tenants».

pub(super) mod create;
pub(super) mod detail;
pub(super) mod list;

mod cursor;
mod fields;
mod query;

use std::collections::HashMap;

use loggia_contacts::Contact;
use loggia_idempotency::Response as StoredResponse;
use loggia_tagging::{Tag, TargetKind};

use crate::prelude::*;
use crate::tags::TagOut;

/// A contact.
#[derive(Serialize, ToSchema)]
struct ContactOut {
    #[schema(example = "Jane Roe")]
    display_name: String,
    /// The contact's name in paths, unique among all organizations.
    #[schema(example = "jane-roe")]
    slug: String,
    /// Null instead of empty, like all texts below.
    #[schema(required, example = "Jane")]
    first_name: Option<String>,
    #[schema(required, example = "Roe")]
    last_name: Option<String>,
    #[schema(required, example = "jane.roe@ex.com")]
    email: Option<String>,
    #[schema(required, example = "Lisbon")]
    location: Option<String>,
    #[schema(required, example = "+351 21 000 0000")]
    phone: Option<String>,
    #[schema(required, example = "Met at the fair.")]
    notes: Option<String>,
    /// Always null: contacts have no pictures yet.
    #[schema(required)]
    avatar_path: Option<String>,
    /// Always null: contacts have no pictures yet.
    #[schema(required)]
    avatar_url: Option<String>,
    /// Always null: contacts have no pictures yet.
    #[schema(required)]
    large_avatar_url: Option<String>,
    /// The slug of the contact's organization.
    #[schema(example = "janedoe")]
    organization: String,
    /// The slug of the account that created the contact; null after that account was deleted.
    #[schema(required, example = "janedoe")]
    creator: Option<String>,
    /// In the order of their assignment.
    tags: Vec<TagOut>,
    /// UTC, with microseconds.
    #[schema(format = DateTime, example = "2026-11-20T23:57:20.783093+00:00")]
    created_at: String,
    /// UTC, with microseconds.
    #[schema(format = DateTime, example = "2026-11-20T23:57:20.783093+00:00")]
    updated_at: String,
}

impl ContactOut {
    /// Renders a contact with its tags for a member of its organization.
    fn of(tenant: &Tenant, contact: Contact, tags: Vec<Tag>) -> Self {
        // The contact was found in one of the caller's organizations.
        let organization = tenant.slug_of(contact.organization_id);
        Self {
            organization: organization.map(ToString::to_string).unwrap_or_default(),
            tags: organization.map_or_else(Vec::new, |slug| TagOut::all(tags, slug)),
            display_name: contact.display_name,
            slug: contact.slug.to_string(),
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: contact.email,
            location: contact.location,
            phone: contact.phone,
            notes: contact.notes,
            avatar_path: contact.avatar_path,
            avatar_url: None,
            large_avatar_url: None,
            creator: contact.creator.map(|slug| slug.to_string()),
            created_at: moment(contact.created_at),
            updated_at: moment(contact.updated_at),
        }
    }

    /// Renders a contact with its present tags.
    async fn with_tags(
        state: &V1State,
        work: &mut Work,
        tenant: &Tenant,
        contact: Contact,
    ) -> Result<Self, Problem> {
        let mut tags = tags_of(state, work, std::slice::from_ref(&contact)).await?;
        let tags = tags.remove(&contact.id.get()).unwrap_or_default();
        Ok(Self::of(tenant, contact, tags))
    }
}

/// Returns the tags of each contact, with one query.
async fn tags_of(
    state: &V1State,
    work: &mut Work,
    contacts: &[Contact],
) -> Result<HashMap<i64, Vec<Tag>>, Problem> {
    if contacts.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<i64> = contacts.iter().map(|contact| contact.id.get()).collect();
    Ok(state.tags.of_targets(work, TargetKind::Contact, &ids).await?)
}

/// Checks that the caller may receive a stored response: they may have left the contact's organization since. The path
/// does not name the organization, and after a new slug it does not even find the contact.
///
/// # Errors
/// [`Problem::NotFound`], as for an unknown contact.
fn check_replay(tenant: &Tenant, response: &StoredResponse) -> Result<(), Problem> {
    /// The key of [`ContactOut`] that names the organization. Stored errors do not have it.
    #[derive(Deserialize)]
    struct Replayed {
        organization: String,
    }

    match serde_json::from_slice::<Replayed>(&response.body) {
        Ok(stored) if tenant.organization(&stored.organization).is_err() => Err(Problem::NotFound),
        _ => Ok(()),
    }
}
