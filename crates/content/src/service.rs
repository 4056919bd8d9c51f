//! The service that reads and writes public content.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{Clock, Page, SuffixSearch, list::ListRequest};

use crate::{
    Audience, Entry, EntryField, EntryId, EntryPatch, EntrySlug, Error, Kind, NewEntry, Result,
    model::{ChangedRow, NewRow},
    slug, store,
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
        work: &mut Work,
        kind: Kind,
        audience: Audience,
        request: &ListRequest<EntryField>,
    ) -> Result<Page<Entry>>;

    /// Returns the entry of this kind with this slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the entry does not exist, or is a draft and the audience is the public.
    async fn by_slug(
        &self,
        work: &mut Work,
        kind: Kind,
        audience: Audience,
        slug: &EntrySlug,
    ) -> Result<Entry>;

    /// Returns true if an entry of this kind other than `except` has this slug, so that a duplicate can be reported
    /// together with other validation errors. [`Entries::create`] and [`Entries::update`] check again.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn is_taken(
        &self,
        work: &mut Work,
        kind: Kind,
        slug: &EntrySlug,
        except: Option<EntryId>,
    ) -> Result<bool>;

    /// Creates an entry and returns it as stored.
    ///
    /// # Errors
    /// [`Error::SlugTaken`] for an explicit slug. A slug derived from the title is always made unique.
    async fn create(&self, work: &mut Work, new: NewEntry) -> Result<Entry>;

    /// Updates an entry and returns it as stored.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SlugTaken`].
    async fn update(
        &self,
        work: &mut Work,
        kind: Kind,
        id: EntryId,
        patch: EntryPatch,
    ) -> Result<Entry>;

    /// Deletes an entry and frees its slug.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn delete(&self, work: &mut Work, kind: Kind, slug: &EntrySlug) -> Result<()>;
}

/// [`Entries`] stored in the project's database.
pub struct StoredEntries {
    clock: Arc<dyn Clock>,
}

impl StoredEntries {
    /// Creates the service.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    /// Inserts an entry under the first free slug candidate. Returns `None` if a concurrent writer took the candidate.
    async fn insert_with_free_slug(
        &self,
        work: &mut Work,
        new: &NewEntry,
    ) -> Result<Option<Entry>> {
        let slug = free_slug(work, new).await?;
        let row = NewRow::of(new, &slug, self.clock.now());
        Ok(store::insert(work, &row).await?)
    }
}

/// Returns the first free slug: that of the title, or it with the suffix `-1`, `-2`, ....
async fn free_slug(work: &mut Work, new: &NewEntry) -> Result<EntrySlug> {
    let base = slug::of_title(&new.title, new.kind);
    let plain = EntrySlug::from(base.clone());
    if store::taken_slugs(work, new.kind, std::slice::from_ref(&plain)).await?.is_empty() {
        return Ok(plain);
    }
    let named = |n| EntrySlug::from(base.with_suffix(n));
    let mut search = SuffixSearch::default();
    loop {
        if let Some(n) = search.found() {
            return Ok(named(n));
        }
        let slugs: Vec<EntrySlug> = search.candidates().into_iter().map(named).collect();
        let taken = store::taken_slugs(work, new.kind, &slugs).await?;
        search.record(|n| taken.contains(&named(n)));
    }
}

#[async_trait]
impl Entries for StoredEntries {
    async fn list(
        &self,
        work: &mut Work,
        kind: Kind,
        audience: Audience,
        request: &ListRequest<EntryField>,
    ) -> Result<Page<Entry>> {
        let work = &mut work.scan_if(request.needs_scan());
        Ok(store::list(work, kind, audience, request).await?)
    }

    async fn by_slug(
        &self,
        work: &mut Work,
        kind: Kind,
        audience: Audience,
        slug: &EntrySlug,
    ) -> Result<Entry> {
        let entry = store::by_slug(work, kind, slug).await?;
        entry
            .filter(|entry| entry.is_published || audience == Audience::Editors)
            .ok_or(Error::NotFound)
    }

    async fn is_taken(
        &self,
        work: &mut Work,
        kind: Kind,
        slug: &EntrySlug,
        except: Option<EntryId>,
    ) -> Result<bool> {
        Ok(store::is_taken(work, kind, slug, except).await?)
    }

    async fn create(&self, work: &mut Work, new: NewEntry) -> Result<Entry> {
        let kind = new.kind;
        let entry = match &new.slug {
            Some(slug) => {
                let row = NewRow::of(&new, slug, self.clock.now());
                let written = store::insert(work, &row).await?;
                written.ok_or(Error::SlugTaken { kind })?
            }
            // Terminates because each failed round means that a concurrent insert succeeded.
            None => loop {
                if let Some(entry) = self.insert_with_free_slug(work, &new).await? {
                    break entry;
                }
            },
        };
        let id = entry.id.get();
        work.after_commit(move || tracing::info!(kind = kind.as_str(), entry = id, "entry made"));
        Ok(entry)
    }

    async fn update(
        &self,
        work: &mut Work,
        kind: Kind,
        id: EntryId,
        patch: EntryPatch,
    ) -> Result<Entry> {
        let row = ChangedRow::of(patch, self.clock.now());
        store::update(work, kind, id, &row).await
    }

    async fn delete(&self, work: &mut Work, kind: Kind, slug: &EntrySlug) -> Result<()> {
        if !store::delete(work, kind, slug).await? {
            return Err(Error::NotFound);
        }
        let slug = slug.clone();
        work.after_commit(move || {
            tracing::info!(kind = kind.as_str(), slug = slug.as_str(), "entry deleted");
        });
        Ok(())
    }
}
