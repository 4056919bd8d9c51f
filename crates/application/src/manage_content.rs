//! Creation and change of content entries.

use std::sync::Arc;

use loggia_content::{Entries, Entry, EntryId, EntryPatch, Kind, NewEntry};
use loggia_db::Work;
use loggia_identity::Caller;

use crate::{Authority, Authorization, Requirement, Result};

/// Administration of content, for administrators. Cheap to clone.
///
/// Every change checks again, under lock, in the transaction of the change, that the caller is an administrator.
#[derive(Clone)]
pub struct ContentManagement {
    authorization: Authorization,
    entries: Arc<dyn Entries>,
}

impl ContentManagement {
    /// Creates the use cases on these services.
    pub fn new(authorization: Authorization, entries: Arc<dyn Entries>) -> Self {
        Self { authorization, entries }
    }

    /// Creates an entry and returns it as stored.
    ///
    /// # Errors
    /// As [`Authorization::lock`] and [`Entries::create`].
    pub async fn create(&self, work: &mut Work, caller: &Caller, new: NewEntry) -> Result<Entry> {
        work.transaction(async |work| {
            self.authorization.lock_caller(work, by(caller)).await?;
            Ok(self.entries.create(work, new.clone()).await?)
        })
        .await
    }

    /// Updates an entry and returns it as stored.
    ///
    /// # Errors
    /// As [`Authorization::lock`] and [`Entries::update`].
    pub async fn update(
        &self,
        work: &mut Work,
        caller: &Caller,
        (kind, id): (Kind, EntryId),
        patch: EntryPatch,
    ) -> Result<Entry> {
        work.transaction(async |work| {
            self.authorization.lock_caller(work, by(caller)).await?;
            Ok(self.entries.update(work, kind, id, patch.clone()).await?)
        })
        .await
    }
}

fn by(caller: &Caller) -> Authority<'_> {
    Authority { caller, requirement: Requirement::Admin }
}
