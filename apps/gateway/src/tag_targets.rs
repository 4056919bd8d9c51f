//! The objects that can be tagged.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_contacts::{self as contacts, Contacts};
use loggia_db::{self as db, Work};
use loggia_tagging::{TargetKind, TargetRef, Targets};

/// A lookup of contacts, and of the organization itself.
pub(crate) struct TagTargets {
    contacts: Arc<dyn Contacts>,
}

impl TagTargets {
    /// Creates a lookup on these contacts.
    pub(crate) fn new(contacts: Arc<dyn Contacts>) -> Self {
        Self { contacts }
    }
}

#[async_trait]
impl Targets for TagTargets {
    async fn find(&self, work: &mut Work, object: TargetRef<'_>) -> db::Result<Option<i64>> {
        match object.kind {
            TargetKind::Contact => {
                let orgs = [object.organization];
                match self.contacts.by_slug(work, &orgs, object.name).await {
                    Ok(contact) => Ok(Some(contact.id.get())),
                    Err(contacts::Error::NotFound | contacts::Error::Gone) => Ok(None),
                    Err(contacts::Error::Store(error)) => Err(error),
                }
            }
            // An organization can be tagged only with its own tags. Source: docs/contract/v1.md «Organization scope».
            TargetKind::Organization => {
                let is_itself = object.name == object.organization_slug;
                Ok(is_itself.then(|| object.organization.get()))
            }
        }
    }
}
