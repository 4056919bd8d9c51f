//! Tags on the objects of other domain crates.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_contacts::{self as contacts, Contacts};
use loggia_db::{self as db, Work};
use loggia_tagging::{TargetKind, TargetRef, Targets};

/// The objects that can be tagged: contacts, and the organization itself. The port of `loggia-tagging`.
#[derive(Clone)]
pub struct TaggableObjects {
    contacts: Arc<dyn Contacts>,
}

impl TaggableObjects {
    /// Creates the lookup on these contacts.
    pub fn new(contacts: Arc<dyn Contacts>) -> Self {
        Self { contacts }
    }
}

#[async_trait]
impl Targets for TaggableObjects {
    async fn find(&self, work: &mut Work, target: TargetRef<'_>) -> db::Result<Option<i64>> {
        match target.kind {
            TargetKind::Contact => {
                let orgs = [target.organization];
                match self.contacts.by_slug(work, &orgs, target.name).await {
                    Ok(contact) => Ok(Some(contact.id.get())),
                    Err(contacts::Error::NotFound | contacts::Error::Gone) => Ok(None),
                    Err(contacts::Error::Store(error)) => Err(error),
                }
            }
            // An organization has its own tags only.
            TargetKind::Organization => {
                let is_itself = target.name == target.organization_slug;
                Ok(is_itself.then(|| target.organization.get()))
            }
        }
    }
}
