//! The service that reads and writes public content.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::Db;
use loggia_kernel::{Clock, Page, list::ListRequest};

use crate::{
    Audience, Entry, EntryField, EntryId, EntryPatch, EntrySlug, Error, Kind, NewEntry, Result,
    model::{ChangedRow, NewRow},
    slug::Candidates,
    store,
};

/// The services, projects and blog entries. Object-safe: share it as `Arc<dyn Entries>`.
///
/// The caller checks permissions and names the audience for reads.
#[async_trait]
pub trait Entries: Send + Sync {
    /// Lists the entries of a kind that an audience sees, sorted by id by default.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(
        &self,
        kind: Kind,
        audience: Audience,
        request: &ListRequest<EntryField>,
    ) -> Result<Page<Entry>>;

    /// Returns the entry of this kind with this slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the entry does not exist, or is a draft and the audience is the public.
    async fn by_slug(&self, kind: Kind, audience: Audience, slug: &EntrySlug) -> Result<Entry>;

    /// Returns true if an entry of this kind other than `except` has this slug, so that a duplicate can be reported
    /// together with other validation errors. [`Entries::create`] and [`Entries::update`] check again.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_taken(&self, kind: Kind, slug: &EntrySlug, except: Option<EntryId>)
    -> Result<bool>;

    /// Creates an entry and returns it as stored.
    ///
    /// # Errors
    /// [`Error::SlugTaken`] for an explicit slug. A slug derived from the title is always made unique.
    async fn create(&self, new: NewEntry) -> Result<Entry>;

    /// Updates an entry and returns it as stored.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SlugTaken`].
    async fn update(&self, kind: Kind, id: EntryId, patch: EntryPatch) -> Result<Entry>;

    /// Deletes an entry and frees its slug.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn delete(&self, kind: Kind, slug: &EntrySlug) -> Result<()>;
}

/// [`Entries`] stored in the project's database.
pub struct StoredEntries {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl StoredEntries {
    /// Creates the service on `db`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    async fn taken_slugs(&self, kind: Kind, slugs: &[EntrySlug]) -> Result<Vec<EntrySlug>> {
        let mut conn = self.db.read().await?;
        Ok(store::taken_slugs(&mut conn, kind, slugs).await?)
    }

    /// Inserts an entry under the first free slug candidate. Returns `None` if a concurrent writer took the candidate.
    async fn insert_with_free_slug(&self, new: &NewEntry) -> Result<Option<Entry>> {
        let mut candidates = Candidates::of(&new.title, new.kind);
        loop {
            let batch = candidates.batch();
            let taken = self.taken_slugs(new.kind, &batch).await?;
            if let Some(free) = batch.iter().find(|slug| !taken.contains(slug)) {
                let row = NewRow::of(new, free, self.clock.now());
                let mut conn = self.db.write().await?;
                return Ok(store::insert(&mut conn, &row).await?);
            }
        }
    }
}

#[async_trait]
impl Entries for StoredEntries {
    async fn list(
        &self,
        kind: Kind,
        audience: Audience,
        request: &ListRequest<EntryField>,
    ) -> Result<Page<Entry>> {
        let mut conn = if request.needs_scan() {
            self.db.scan().await?
        } else {
            self.db.read().await?
        };
        Ok(store::list(&mut conn, kind, audience, request).await?)
    }

    async fn by_slug(&self, kind: Kind, audience: Audience, slug: &EntrySlug) -> Result<Entry> {
        let mut conn = self.db.read().await?;
        let entry = store::by_slug(&mut conn, kind, slug).await?;
        entry
            .filter(|entry| entry.is_published || audience == Audience::Editors)
            .ok_or(Error::NotFound)
    }

    async fn is_taken(
        &self,
        kind: Kind,
        slug: &EntrySlug,
        except: Option<EntryId>,
    ) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(store::is_taken(&mut conn, kind, slug, except).await?)
    }

    async fn create(&self, new: NewEntry) -> Result<Entry> {
        let kind = new.kind;
        let entry = match &new.slug {
            Some(slug) => {
                let mut conn = self.db.write().await?;
                let row = NewRow::of(&new, slug, self.clock.now());
                let written = store::insert(&mut conn, &row).await?;
                written.ok_or(Error::SlugTaken { kind })?
            }
            // Terminates because each failed round means that a concurrent insert succeeded.
            None => loop {
                if let Some(entry) = self.insert_with_free_slug(&new).await? {
                    break entry;
                }
            },
        };
        tracing::info!(kind = kind.as_str(), entry = entry.id.get(), "entry made");
        Ok(entry)
    }

    async fn update(&self, kind: Kind, id: EntryId, patch: EntryPatch) -> Result<Entry> {
        let row = ChangedRow::of(patch, self.clock.now());
        let mut conn = self.db.write().await?;
        store::update(&mut conn, kind, id, &row).await
    }

    async fn delete(&self, kind: Kind, slug: &EntrySlug) -> Result<()> {
        let mut conn = self.db.write().await?;
        if !store::delete(&mut conn, kind, slug).await? {
            return Err(Error::NotFound);
        }
        tracing::info!(kind = kind.as_str(), slug = slug.as_str(), "entry deleted");
        Ok(())
    }
}
