//! The service that lists, reads, creates, changes, moves and deletes contacts.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{self as db, Work};
use loggia_kernel::{Clock, OrgId, Slug, Timestamp};

use crate::{
    Contact, ContactPage, ContactPatch, ContactQuery, Cursor, Details, Error, NewContact, Result,
    model::{DetailsRow, NewRow},
    search::folded,
    slugs,
    sql::{Ids, PageFilter, SearchPage},
    store,
};

/// The contacts of organizations. Object-safe: share it as `Arc<dyn Contacts>`.
///
/// `orgs` are the caller's organizations. Contacts of other organizations are reported as not found.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// Returns a part of the list of all contacts in `orgs`.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(
        &self,
        work: &mut Work,
        orgs: &[OrgId],
        query: &ContactQuery,
    ) -> Result<ContactPage>;

    /// Returns the contact with this slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the contact does not exist in `orgs`.
    async fn by_slug(&self, work: &mut Work, orgs: &[OrgId], slug: &str) -> Result<Contact>;

    /// Creates a contact. The slug is derived from the display name, with `-1`, `-2`, ... appended until it is unique.
    ///
    /// # Errors
    /// [`Error::Gone`] if the organization or the creator was deleted, or the creator was renamed, concurrently.
    async fn create(&self, work: &mut Work, new: NewContact) -> Result<Contact>;

    /// Replaces all fields of a contact except slug, creator, picture and creation time.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the contact does not exist in `orgs`; [`Error::Gone`] if its new organization was deleted
    /// concurrently.
    async fn replace(
        &self,
        work: &mut Work,
        orgs: &[OrgId],
        slug: &str,
        details: Details,
    ) -> Result<Contact>;

    /// Updates the fields that are set in the patch.
    ///
    /// # Errors
    /// As [`Contacts::replace`].
    async fn update(
        &self,
        work: &mut Work,
        orgs: &[OrgId],
        slug: &str,
        patch: ContactPatch,
    ) -> Result<Contact>;

    /// Deletes a contact and returns its last state.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the contact does not exist in `orgs`.
    async fn delete(&self, work: &mut Work, orgs: &[OrgId], slug: &str) -> Result<Contact>;
}

/// [`Contacts`] stored in the project's database.
pub struct StoredContacts {
    clock: Arc<dyn Clock>,
}

/// Maximum attempts to choose a slug after a conflict. Writers of the same name wait for each other, so a conflict
/// requires a concurrent writer whose own name looks like this one with its number.
const MAX_TRIES: u32 = 16;

/// Maximum index entries that a serving thread reads inline: about a millisecond.
const MAX_INLINE_READS: i64 = 10_000;

impl StoredContacts {
    /// Creates the service.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl Contacts for StoredContacts {
    async fn list(
        &self,
        work: &mut Work,
        orgs: &[OrgId],
        query: &ContactQuery,
    ) -> Result<ContactPage> {
        if query.is_plain() {
            list_by_id(work, orgs, query).await
        } else {
            search(&mut work.scan(), orgs, query).await
        }
    }

    async fn by_slug(&self, work: &mut Work, orgs: &[OrgId], slug: &str) -> Result<Contact> {
        check_slug(slug)?;
        let contact = store::by_slug(work, orgs, slug).await?;
        contact.ok_or(Error::NotFound)
    }

    async fn create(&self, work: &mut Work, new: NewContact) -> Result<Contact> {
        let (folded, now) = (folded(&new.details), self.clock.now());
        let base = slugs::base(&new.details.display_name);
        let row = NewRow {
            slug: &base,
            creator: &new.creator,
            details: DetailsRow::of(&new.details, &folded),
            created_at: now,
            updated_at: now,
        };
        // Read first: the read is cheap, and on SQLite an insert waits for the disk even if it inserts nothing.
        if !store::has_slug(work, &base).await?
            && let Some(contact) = store::insert(work, &row).await?
        {
            return Ok(contact);
        }
        work.transaction(async |work| insert_under_lock(work, row, &base).await).await
    }

    async fn replace(
        &self,
        work: &mut Work,
        orgs: &[OrgId],
        slug: &str,
        details: Details,
    ) -> Result<Contact> {
        check_slug(slug)?;
        let folded = folded(&details);
        let row = DetailsRow::of(&details, &folded);
        let contact = store::replace(work, orgs, slug, &row, self.clock.now()).await?;
        contact.ok_or(Error::NotFound)
    }

    async fn update(
        &self,
        work: &mut Work,
        orgs: &[OrgId],
        slug: &str,
        patch: ContactPatch,
    ) -> Result<Contact> {
        check_slug(slug)?;
        let now = self.clock.now();
        for _ in 1..MAX_TRIES {
            let changed =
                work.transaction(async |work| change(work, orgs, slug, &patch, now).await);
            match changed.await {
                // A concurrent writer took the chosen slug, so choose another.
                Err(Error::Store(db::Error::Unique(key))) if key == store::SLUG_KEY => {}
                outcome => return outcome,
            }
        }
        work.transaction(async |work| change(work, orgs, slug, &patch, now).await).await
    }

    async fn delete(&self, work: &mut Work, orgs: &[OrgId], slug: &str) -> Result<Contact> {
        check_slug(slug)?;
        let contact = store::delete(work, orgs, slug).await?;
        contact.ok_or(Error::NotFound)
    }
}

/// Rejects slugs with a NUL: none is stored, and PostgreSQL rejects a query with one.
fn check_slug(slug: &str) -> Result<()> {
    if slug.contains('\0') {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Returns a page in index order.
async fn list_by_id(work: &mut Work, orgs: &[OrgId], query: &ContactQuery) -> Result<ContactPage> {
    let after = query.after.as_ref().map_or(0, |after| after.id.get());
    let limit = query.page.limit();
    let orgs = Ids::of_orgs(orgs);
    // One row more than the limit shows whether another page follows.
    let page = PageFilter::new(orgs.clone(), after, (limit + 1, query.page.offset()));
    let work = &mut work.scan_if(page.reads() > MAX_INLINE_READS);
    let rows = store::page(work, &orgs, &page).await?;
    let count = match rows.first() {
        Some((_, count)) => *count,
        None if is_from_start(query) => 0,
        None => store::count(work, &orgs).await?,
    };
    let rows = rows.into_iter().map(|(contact, _)| (contact, 0)).collect();
    Ok(to_page(rows, count, query))
}

/// Returns a page of a query that has to scan all contacts.
async fn search(work: &mut Work, orgs: &[OrgId], query: &ContactQuery) -> Result<ContactPage> {
    let found = || SearchPage::new(orgs, query, query.page.limit() + 1);
    let rows = store::search(work, found()).await?;
    let count = match rows.first() {
        Some((_, _, count)) => *count,
        None if is_from_start(query) => 0,
        None => store::search_count(work, found()).await?,
    };
    let rows = rows.into_iter().map(|(contact, rank, _)| (contact, rank));
    Ok(to_page(rows.collect(), count, query))
}

/// Inserts a contact under the first free slug of its name, in the caller's transaction.
async fn insert_under_lock(work: &mut Work, row: NewRow<'_>, base: &Slug) -> Result<Contact> {
    for _ in 0..MAX_TRIES {
        let slug = slugs::free(work, base).await?;
        let row = NewRow { slug: &slug, ..row };
        if let Some(contact) = store::insert(work, &row).await? {
            return Ok(contact);
        }
    }
    Err(Error::Store(db::Error::Conflict))
}

/// Changes a contact in the caller's transaction.
async fn change(
    work: &mut Work,
    orgs: &[OrgId],
    slug: &str,
    patch: &ContactPatch,
    now: Timestamp,
) -> Result<Contact> {
    let before = store::lock(work, orgs, slug).await?;
    let before = before.ok_or(Error::NotFound)?;
    let slug = match &patch.display_name {
        Some(name) => renamed_slug(work, &before, name).await?,
        None => before.slug.clone(),
    };
    let details = patch.clone().apply(&before);
    let folded = folded(&details);
    let row = DetailsRow::of(&details, &folded);
    Ok(store::update(work, before.id, &slug, &row, now).await?)
}

/// Returns the slug of a contact under a new name. It stays unchanged if the new name leads to the same one.
async fn renamed_slug(work: &mut Work, contact: &Contact, name: &str) -> Result<Slug> {
    let base = slugs::base(name);
    if slugs::base(&contact.display_name) == base && slugs::is_derived_from(&contact.slug, &base) {
        return Ok(contact.slug.clone());
    }
    if contact.slug == base {
        return Ok(base);
    }
    Ok(slugs::free(work, &base).await?)
}

/// Returns true if the page starts at the beginning of the list: if it is empty, so is the list.
fn is_from_start(query: &ContactQuery) -> bool {
    query.page.offset() == 0 && query.after.is_none()
}

/// Builds a part of the list. `rows` has one row more than the limit if another page follows.
fn to_page(mut rows: Vec<(Contact, i32)>, count: i64, query: &ContactQuery) -> ContactPage {
    let limit = usize::try_from(query.page.limit()).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).map(|(contact, rank)| Cursor {
        rank: *rank,
        key: query.order.map(|order| order.by.key(contact)),
        id: contact.id,
    });
    ContactPage {
        items: rows.into_iter().map(|(contact, _)| contact).collect(),
        count: u64::try_from(count).unwrap_or_default(),
        next,
    }
}
