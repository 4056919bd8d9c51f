//! Contacts: listing, reading, making, changing, moving and deleting them.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::{self as db, Db, Tx};
use loggia_kernel::{Clock, OrgId, Slug, Timestamp};

use crate::{
    Contact, ContactPage, ContactPatch, ContactQuery, Cursor, Details, Error, NewContact, Result,
    model::{DetailsRow, NewRow},
    search::folded,
    slugs,
    sql::{Ids, PageFilter, SearchPage},
    store,
};

/// The contacts of organisations. Object-safe: share it as `Arc<dyn Contacts>`.
///
/// `orgs` are the organisations that the caller belongs to. What is in none of them does not exist here.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// A part of the list over all of `orgs`.
    ///
    /// # Errors
    /// Only as the database says.
    async fn list(&self, orgs: &[OrgId], query: &ContactQuery) -> Result<ContactPage>;

    /// The contact of this slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none in `orgs`.
    async fn by_slug(&self, orgs: &[OrgId], slug: &str) -> Result<Contact>;

    /// Makes a contact. Its slug is made of its display name, with `-1`, `-2`, ... behind it until nobody has it.
    ///
    /// # Errors
    /// [`Error::Gone`] if the organisation or the creator was deleted, or the creator was renamed, at this moment.
    async fn create(&self, new: NewContact) -> Result<Contact>;

    /// Changes all of a contact but its slug, creator, picture and age.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none in `orgs`, [`Error::Gone`] if the organisation it goes to was deleted at this
    /// moment.
    async fn replace(&self, orgs: &[OrgId], slug: &str, details: Details) -> Result<Contact>;

    /// Changes what the patch names.
    ///
    /// # Errors
    /// As [`Contacts::replace`].
    async fn update(&self, orgs: &[OrgId], slug: &str, patch: ContactPatch) -> Result<Contact>;

    /// Deletes a contact, and returns it as it was.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none in `orgs`.
    async fn delete(&self, orgs: &[OrgId], slug: &str) -> Result<Contact>;
}

/// [`Contacts`] kept in the project's database.
pub struct StoredContacts {
    db: Db,
    clock: Arc<dyn Clock>,
}

/// How often a slug is chosen anew because somebody else took it meanwhile. Those who want the same name wait for each other:
/// it takes somebody whose own name looks like this one with its number, at the same moment.
const MAX_TRIES: u32 = 16;

/// How many entries of an index are read at most where requests are served: about a millisecond.
const MAX_INLINE_READS: i64 = 10_000;

impl StoredContacts {
    /// Contacts in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    /// A page in the order of the index.
    async fn list_by_id(&self, orgs: &[OrgId], query: &ContactQuery) -> Result<ContactPage> {
        let after = query.after.as_ref().map_or(0, |after| after.id.get());
        let limit = query.page.limit();
        let orgs = Ids::of_orgs(orgs);
        // One more than wanted tells whether anything is behind the page.
        let page = PageFilter::new(orgs.clone(), after, (limit + 1, query.page.offset()));
        let mut conn = if page.reads() <= MAX_INLINE_READS {
            self.db.read().await?
        } else {
            self.db.scan().await?
        };
        let rows = store::page(&mut conn, &orgs, &page).await?;
        let count = match rows.first() {
            Some((_, count)) => *count,
            None if is_from_start(query) => 0,
            None => store::count(&mut conn, &orgs).await?,
        };
        let rows = rows.into_iter().map(|(contact, _)| (contact, 0)).collect();
        Ok(to_page(rows, count, query))
    }

    /// A page for which all contacts are looked at.
    async fn search(&self, orgs: &[OrgId], query: &ContactQuery) -> Result<ContactPage> {
        let found = || SearchPage::new(orgs, query, query.page.limit() + 1);
        let mut conn = self.db.scan().await?;
        let rows = store::search(&mut conn, found()).await?;
        let count = match rows.first() {
            Some((_, _, count)) => *count,
            None if is_from_start(query) => 0,
            None => store::search_count(&mut conn, found()).await?,
        };
        let rows = rows.into_iter().map(|(contact, rank, _)| (contact, rank));
        Ok(to_page(rows.collect(), count, query))
    }

    async fn has_slug(&self, slug: &Slug) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(store::has_slug(&mut conn, slug).await?)
    }

    /// One statement, a transaction by itself; `None` if the slug is taken.
    async fn insert(&self, row: &NewRow<'_>) -> Result<Option<Contact>> {
        let mut conn = self.db.write().await?;
        Ok(store::insert(&mut conn, row).await?)
    }

    /// Slug chosen and row written in one transaction, in which nobody else can choose a slug of this name.
    async fn insert_under_lock(&self, row: NewRow<'_>, base: &Slug) -> Result<Contact> {
        let mut tx = self.db.begin().await?;
        let outcome = insert_under_lock(&mut tx, row, base).await;
        finish(tx, outcome).await
    }

    /// One attempt: slug chosen, row written, all in one transaction.
    async fn change(&self, orgs: &[OrgId], slug: &str, patch: ContactPatch) -> Result<Contact> {
        let mut tx = self.db.begin().await?;
        let outcome = change(&mut tx, orgs, slug, patch, self.clock.now()).await;
        finish(tx, outcome).await
    }
}

#[async_trait]
impl Contacts for StoredContacts {
    async fn list(&self, orgs: &[OrgId], query: &ContactQuery) -> Result<ContactPage> {
        if query.is_plain() {
            self.list_by_id(orgs, query).await
        } else {
            self.search(orgs, query).await
        }
    }

    async fn by_slug(&self, orgs: &[OrgId], slug: &str) -> Result<Contact> {
        check_slug(slug)?;
        let mut conn = self.db.read().await?;
        let contact = store::by_slug(&mut conn, orgs, slug).await?;
        contact.ok_or(Error::NotFound)
    }

    async fn create(&self, new: NewContact) -> Result<Contact> {
        let (folded, now) = (folded(&new.details), self.clock.now());
        let base = slugs::base(&new.details.display_name);
        let row = NewRow {
            slug: &base,
            creator: &new.creator,
            details: DetailsRow::of(&new.details, &folded),
            created_at: now,
            updated_at: now,
        };
        // To look is cheap, and an insert that does nothing is not: SQLite waits for the disk even then.
        if !self.has_slug(&base).await?
            && let Some(contact) = self.insert(&row).await?
        {
            return Ok(contact);
        }
        self.insert_under_lock(row, &base).await
    }

    async fn replace(&self, orgs: &[OrgId], slug: &str, details: Details) -> Result<Contact> {
        check_slug(slug)?;
        let folded = folded(&details);
        let row = DetailsRow::of(&details, &folded);
        let mut conn = self.db.write().await?;
        let contact = store::replace(&mut conn, orgs, slug, &row, self.clock.now()).await?;
        contact.ok_or(Error::NotFound)
    }

    async fn update(&self, orgs: &[OrgId], slug: &str, patch: ContactPatch) -> Result<Contact> {
        check_slug(slug)?;
        for _ in 1..MAX_TRIES {
            match self.change(orgs, slug, patch.clone()).await {
                // Somebody else was given the slug that was found here, so another one is looked for.
                Err(Error::Store(db::Error::Unique(key))) if key == store::SLUG_KEY => {}
                outcome => return outcome,
            }
        }
        self.change(orgs, slug, patch).await
    }

    async fn delete(&self, orgs: &[OrgId], slug: &str) -> Result<Contact> {
        check_slug(slug)?;
        let mut conn = self.db.write().await?;
        let contact = store::delete(&mut conn, orgs, slug).await?;
        contact.ok_or(Error::NotFound)
    }
}

/// No slug has a NUL, and PostgreSQL does not even look for one.
fn check_slug(slug: &str) -> Result<()> {
    if slug.contains('\0') {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Keeps what a transaction did, or undoes it and gives the connection back.
async fn finish(tx: Tx, outcome: Result<Contact>) -> Result<Contact> {
    match outcome {
        Ok(contact) => {
            tx.commit().await?;
            Ok(contact)
        }
        Err(error) => Err(tx.abandon(error).await),
    }
}

/// Writes a contact under the first slug of its name that is free, in the caller's transaction.
async fn insert_under_lock(tx: &mut Tx, row: NewRow<'_>, base: &Slug) -> Result<Contact> {
    for _ in 0..MAX_TRIES {
        let slug = slugs::free(tx, base).await?;
        let row = NewRow { slug: &slug, ..row };
        if let Some(contact) = store::insert(tx, &row).await? {
            return Ok(contact);
        }
    }
    Err(Error::Store(db::Error::Conflict))
}

/// Changes a contact in the caller's transaction.
async fn change(
    tx: &mut Tx,
    orgs: &[OrgId],
    slug: &str,
    patch: ContactPatch,
    now: Timestamp,
) -> Result<Contact> {
    let before = store::lock(tx, orgs, slug).await?.ok_or(Error::NotFound)?;
    let slug = match &patch.display_name {
        Some(name) => renamed_slug(tx, &before, name).await?,
        None => before.slug.clone(),
    };
    let details = patch.apply(&before);
    let folded = folded(&details);
    let row = DetailsRow::of(&details, &folded);
    Ok(store::update(tx, before.id, &slug, &row, now).await?)
}

/// The slug of a contact under a new name. A name that comes to the same leaves it as it is.
async fn renamed_slug(tx: &mut Tx, contact: &Contact, name: &str) -> Result<Slug> {
    let base = slugs::base(name);
    if slugs::base(&contact.display_name) == base && slugs::is_derived_from(&contact.slug, &base) {
        return Ok(contact.slug.clone());
    }
    if contact.slug == base {
        return Ok(base);
    }
    Ok(slugs::free(tx, &base).await?)
}

/// Whether the page begins where the list does: if it is empty, so is the list.
fn is_from_start(query: &ContactQuery) -> bool {
    query.page.offset() == 0 && query.after.is_none()
}

/// A part of the list, of rows that are one more than wanted if there is more.
fn to_page(mut rows: Vec<(Contact, i32)>, count: i64, query: &ContactQuery) -> ContactPage {
    let limit = usize::try_from(query.page.limit()).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| is_more)
        .map(|(contact, rank)| Cursor {
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
