//! Reading and writing what the public reads.

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

/// Services, projects and blog entries. Object-safe: share it as `Arc<dyn Entries>`.
///
/// Who may write is the caller's business; for whom he reads, he says.
#[async_trait]
pub trait Entries: Send + Sync {
    /// What an audience sees of a kind. Ordered by id where nothing else is wanted.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(
        &self,
        kind: Kind,
        audience: Audience,
        request: &ListRequest<EntryField>,
    ) -> Result<Page<Entry>>;

    /// The entry of this kind with this slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, or it is a draft and the audience the public.
    async fn by_slug(&self, kind: Kind, audience: Audience, slug: &EntrySlug) -> Result<Entry>;

    /// Whether an entry of this kind other than `except` has this slug: to say so beside other faults. What decides is
    /// what [`Entries::create`] and [`Entries::update`] answer.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_taken(&self, kind: Kind, slug: &EntrySlug, except: Option<EntryId>)
    -> Result<bool>;

    /// Makes an entry and returns it as stored.
    ///
    /// # Errors
    /// [`Error::SlugTaken`] for a slug that was chosen; one that comes from the title always finds a place.
    async fn create(&self, new: NewEntry) -> Result<Entry>;

    /// Changes an entry and returns it as stored.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SlugTaken`].
    async fn update(&self, kind: Kind, id: EntryId, patch: EntryPatch) -> Result<Entry>;

    /// Deletes an entry; its slug is free from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn delete(&self, kind: Kind, slug: &EntrySlug) -> Result<()>;
}

/// [`Entries`] kept in the project's database.
pub struct StoredEntries {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl StoredEntries {
    /// Keeps entries in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    async fn taken_slugs(&self, kind: Kind, slugs: &[EntrySlug]) -> Result<Vec<EntrySlug>> {
        let mut conn = self.db.read().await?;
        Ok(store::taken_slugs(&mut conn, kind, slugs).await?)
    }

    /// Writes an entry under the first candidate that is free when it is written. `None` if it was found free and then
    /// taken by another.
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
            // Each round that fails is one in which somebody else's succeeded.
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
