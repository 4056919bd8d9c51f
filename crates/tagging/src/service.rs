//! The service for tags and their assignments.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use loggia_db::{Conn, Db};
use loggia_kernel::{OrgId, Page, PageRequest, list::Search};

use crate::{
    Error, NewTag, Order, Result, Tag, TagId, TagName, TargetKind, TargetRef, Targets,
    model::{ChangedRow, LinkRow, NewRow, Target},
    names::Names,
    store::{links, tags},
};

/// The tags of organizations, and their assignments to objects.
///
/// The caller names the organization and must have verified access to it. Tags and objects of other organizations are
/// reported as not found.
#[async_trait]
pub trait Tags: Send + Sync {
    /// Returns a page of an organization's tags.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, organization: OrgId, order: Order, page: PageRequest)
    -> Result<Page<Tag>>;

    /// Returns the organization's tags whose names contain `text`, without regard to case, sorted by name. An empty
    /// text matches every name.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn search(&self, organization: OrgId, text: &str, page: PageRequest) -> Result<Vec<Tag>>;

    /// # Errors
    /// [`Error::NotFound`] if the tag does not exist in the organization.
    async fn by_slug(&self, organization: OrgId, slug: &str) -> Result<Tag>;

    /// Creates a tag.
    ///
    /// # Errors
    /// [`Error::Taken`] if a tag of the organization has this name or slug; [`Error::NotFound`] if the organization
    /// does not exist.
    async fn create(&self, organization: OrgId, new: NewTag) -> Result<Tag>;

    /// Renames a tag and derives its slug from the new name. Without a name, the tag stays unchanged.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the tag does not exist; [`Error::Taken`] if another tag has the name or slug.
    async fn rename(&self, organization: OrgId, id: TagId, name: Option<TagName>) -> Result<Tag>;

    /// Deletes a tag and all its assignments.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the tag does not exist in the organization.
    async fn delete(&self, organization: OrgId, id: TagId) -> Result<()>;

    /// Assigns tags by name to an object, all or none, and returns them in the order of the names without duplicates.
    /// Existing tags keep their names; missing tags are created.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object does not exist in the organization; [`Error::SlugConflict`] if a new tag would
    /// have the slug of another tag.
    async fn assign(&self, target: TargetRef<'_>, names: Vec<TagName>) -> Result<Vec<Tag>>;

    /// Removes the tag with this slug from an object. Succeeds if the object does not have the tag.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object or the tag does not exist in the organization.
    async fn unassign(&self, target: TargetRef<'_>, slug: &str) -> Result<()>;

    /// Removes tags from an object. Returns the number of removed assignments.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object does not exist in the organization.
    async fn unassign_all(&self, target: TargetRef<'_>, ids: &[TagId]) -> Result<usize>;

    /// Returns a page of an object's tags. Without an order, they are sorted by time of assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object does not exist in the organization.
    async fn of_target(
        &self,
        target: TargetRef<'_>,
        order: Option<Order>,
        page: PageRequest,
    ) -> Result<Page<Tag>>;

    /// Returns the tags of several objects in one query, sorted by time of assignment. Objects without tags are
    /// omitted.
    ///
    /// Shape: at most a page of ids. The caller must have verified access to each.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn of_targets(&self, kind: TargetKind, ids: &[i64]) -> Result<HashMap<i64, Vec<Tag>>>;

    /// Returns the ids of the objects in these organizations that have the tag with this slug, in ascending order.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn targets(
        &self,
        organizations: &[OrgId],
        kind: TargetKind,
        slug: &str,
    ) -> Result<Vec<i64>>;
}

/// [`Tags`] stored in the project's database.
pub struct StoredTags {
    db: Db,
    targets: Arc<dyn Targets>,
}

impl StoredTags {
    /// Creates the service on `db`. `targets` looks up the objects to be tagged.
    pub fn new(db: Db, targets: Arc<dyn Targets>) -> Self {
        Self { db, targets }
    }

    async fn resolve(&self, target: TargetRef<'_>) -> Result<Target> {
        let id = self.targets.find(target).await?.ok_or(Error::NotFound)?;
        Ok(Target {
            organization: target.organization,
            kind: target.kind,
            id,
        })
    }
}

/// Returns false for a text with a NUL: no slug contains one, and PostgreSQL rejects a query with one.
fn is_valid_slug(text: &str) -> bool {
    !text.contains('\0')
}

/// Returns the tags with these names and creates the missing ones.
///
/// # Errors
/// [`Error::SlugConflict`].
async fn find_or_create(conn: &mut Conn, organization: OrgId, names: &Names) -> Result<Vec<Tag>> {
    let (folded, slugs) = names.keys();
    for _ in 0..MAX_ATTEMPTS {
        let existing = tags::lock_named(conn, organization, &folded, &slugs).await?;
        let missing = names.missing(&existing)?;
        if missing.is_empty() {
            return Ok(names.sort(existing));
        }
        let rows: Vec<NewRow> = missing
            .into_iter()
            .map(|name| NewRow::of(organization, NewTag { name, slug: None }))
            .collect();
        tags::insert_missing(conn, &rows).await?;
        // A concurrent transaction may have created some of them in another spelling, so look them up again.
    }
    Err(loggia_db::Error::Conflict.into())
}

/// Maximum lookups of tags: one to find the missing ones, one after creating them, and the rest for tags that are
/// created and deleted concurrently.
const MAX_ATTEMPTS: usize = 5;

#[async_trait]
impl Tags for StoredTags {
    async fn list(
        &self,
        organization: OrgId,
        order: Order,
        page: PageRequest,
    ) -> Result<Page<Tag>> {
        let mut conn = self.db.read().await?;
        Ok(tags::list(&mut conn, organization, order, page).await?)
    }

    async fn search(&self, organization: OrgId, text: &str, page: PageRequest) -> Result<Vec<Tag>> {
        // The search scans all names of the organization.
        let mut conn = self.db.scan().await?;
        let text = Search::of(text);
        Ok(tags::search(&mut conn, organization, text.as_ref(), page).await?)
    }

    async fn by_slug(&self, organization: OrgId, slug: &str) -> Result<Tag> {
        if !is_valid_slug(slug) {
            return Err(Error::NotFound);
        }
        let mut conn = self.db.read().await?;
        let tag = tags::by_slug(&mut conn, organization, slug).await?;
        tag.ok_or(Error::NotFound)
    }

    async fn create(&self, organization: OrgId, new: NewTag) -> Result<Tag> {
        let row = NewRow::of(organization, new);
        let mut tx = self.db.begin().await?;
        match tags::insert(&mut tx, &row).await {
            Ok(tag) => {
                tx.commit().await?;
                Ok(tag)
            }
            Err(error) => Err(tx.abandon(error).await),
        }
    }

    async fn rename(&self, organization: OrgId, id: TagId, name: Option<TagName>) -> Result<Tag> {
        let Some(name) = name else {
            let mut conn = self.db.read().await?;
            let tag = tags::by_id(&mut conn, organization, id).await?;
            return tag.ok_or(Error::NotFound);
        };
        let row = ChangedRow::of(name);
        let mut tx = self.db.begin().await?;
        let renamed = async {
            let locked = tags::lock_for_renaming(&mut tx, organization, id, &row).await?;
            if !locked.iter().any(|tag| tag.id == id) {
                return Err(Error::NotFound);
            }
            if locked.len() > 1 {
                return Err(Error::Taken);
            }
            tags::update(&mut tx, id, &row).await
        };
        match renamed.await {
            Ok(tag) => {
                tx.commit().await?;
                Ok(tag)
            }
            Err(error) => Err(tx.abandon(error).await),
        }
    }

    async fn delete(&self, organization: OrgId, id: TagId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let deleted = async {
            links::lock(&mut tx, Target::organization(organization)).await?;
            tags::delete(&mut tx, organization, id).await
        };
        match deleted.await {
            Ok(true) => Ok(tx.commit().await?),
            Ok(false) => Err(tx.abandon(Error::NotFound).await),
            Err(error) => Err(tx.abandon(error.into()).await),
        }
    }

    async fn assign(&self, target: TargetRef<'_>, names: Vec<TagName>) -> Result<Vec<Tag>> {
        let target = self.resolve(target).await?;
        let names = Names::of(names);
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        let assigned = async {
            if !links::lock(&mut tx, target).await? {
                return Err(Error::NotFound);
            }
            let tags = find_or_create(&mut tx, target.organization, &names).await?;
            let rows: Vec<LinkRow> = tags.iter().map(|tag| target.link_to(tag.id)).collect();
            links::insert(&mut tx, &rows).await?;
            Ok(tags)
        };
        match assigned.await {
            Ok(tags) => {
                tx.commit().await?;
                Ok(tags)
            }
            Err(error) => Err(tx.abandon(error).await),
        }
    }

    async fn unassign(&self, target: TargetRef<'_>, slug: &str) -> Result<()> {
        let target = self.resolve(target).await?;
        let tag = self.by_slug(target.organization, slug).await?;
        let mut conn = self.db.write().await?;
        links::delete(&mut conn, target, &[tag.id]).await?;
        Ok(())
    }

    async fn unassign_all(&self, target: TargetRef<'_>, ids: &[TagId]) -> Result<usize> {
        let target = self.resolve(target).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.begin().await?;
        let removed = async {
            if !links::lock(&mut tx, target).await? {
                return Err(Error::NotFound);
            }
            Ok(links::delete(&mut tx, target, ids).await?)
        };
        match removed.await {
            Ok(removed) => {
                tx.commit().await?;
                Ok(removed)
            }
            Err(error) => Err(tx.abandon(error).await),
        }
    }

    async fn of_target(
        &self,
        target: TargetRef<'_>,
        order: Option<Order>,
        page: PageRequest,
    ) -> Result<Page<Tag>> {
        let target = self.resolve(target).await?;
        let mut conn = self.db.read().await?;
        Ok(links::of_target(&mut conn, target, order, page).await?)
    }

    async fn of_targets(&self, kind: TargetKind, ids: &[i64]) -> Result<HashMap<i64, Vec<Tag>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut conn = self.db.read().await?;
        Ok(links::of_targets(&mut conn, kind, ids).await?)
    }

    async fn targets(
        &self,
        organizations: &[OrgId],
        kind: TargetKind,
        slug: &str,
    ) -> Result<Vec<i64>> {
        if !is_valid_slug(slug) {
            return Ok(Vec::new());
        }
        let mut conn = self.db.scan().await?;
        Ok(links::targets(&mut conn, organizations, kind, slug).await?)
    }
}
