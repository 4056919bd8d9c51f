//! The service for tags and their assignments.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use loggia_db::Work;
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
    async fn list(
        &self,
        work: &mut Work,
        organization: OrgId,
        order: Order,
        page: PageRequest,
    ) -> Result<Page<Tag>>;

    /// Returns the organization's tags whose names contain `text`, without regard to case, sorted by name. An empty
    /// text matches every name.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn search(
        &self,
        work: &mut Work,
        organization: OrgId,
        text: &str,
        page: PageRequest,
    ) -> Result<Vec<Tag>>;

    /// # Errors
    /// [`Error::NotFound`] if the tag does not exist in the organization.
    async fn by_slug(&self, work: &mut Work, organization: OrgId, slug: &str) -> Result<Tag>;

    /// Creates a tag.
    ///
    /// # Errors
    /// [`Error::Taken`] if a tag of the organization has this name or slug; [`Error::NotFound`] if the organization
    /// does not exist.
    async fn create(&self, work: &mut Work, organization: OrgId, new: NewTag) -> Result<Tag>;

    /// Renames a tag and derives its slug from the new name. Without a name, the tag stays unchanged.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the tag does not exist; [`Error::Taken`] if another tag has the name or slug.
    async fn rename(
        &self,
        work: &mut Work,
        organization: OrgId,
        id: TagId,
        name: Option<TagName>,
    ) -> Result<Tag>;

    /// Deletes a tag and all its assignments.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the tag does not exist in the organization.
    async fn delete(&self, work: &mut Work, organization: OrgId, id: TagId) -> Result<()>;

    /// Assigns tags by name to an object, all or none, and returns them in the order of the names without duplicates.
    /// Existing tags keep their names; missing tags are created.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object does not exist in the organization; [`Error::SlugConflict`] if a new tag would
    /// have the slug of another tag.
    async fn assign(
        &self,
        work: &mut Work,
        target: TargetRef<'_>,
        names: Vec<TagName>,
    ) -> Result<Vec<Tag>>;

    /// Removes the tag with this slug from an object. Succeeds if the object does not have the tag.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object or the tag does not exist in the organization.
    async fn unassign(&self, work: &mut Work, target: TargetRef<'_>, slug: &str) -> Result<()>;

    /// Removes tags from an object. Returns the number of removed assignments.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object does not exist in the organization.
    async fn unassign_all(
        &self,
        work: &mut Work,
        target: TargetRef<'_>,
        ids: &[TagId],
    ) -> Result<usize>;

    /// Returns a page of an object's tags. Without an order, they are sorted by time of assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the object does not exist in the organization.
    async fn of_target(
        &self,
        work: &mut Work,
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
    async fn of_targets(
        &self,
        work: &mut Work,
        kind: TargetKind,
        ids: &[i64],
    ) -> Result<HashMap<i64, Vec<Tag>>>;

    /// Returns the ids of the objects in these organizations that have the tag with this slug, in ascending order.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn targets(
        &self,
        work: &mut Work,
        organizations: &[OrgId],
        kind: TargetKind,
        slug: &str,
    ) -> Result<Vec<i64>>;
}

/// [`Tags`] stored in the project's database.
pub struct StoredTags {
    targets: Arc<dyn Targets>,
}

impl StoredTags {
    /// Creates the service. `targets` looks up the objects to be tagged.
    pub fn new(targets: Arc<dyn Targets>) -> Self {
        Self { targets }
    }

    async fn resolve(&self, work: &mut Work, target: TargetRef<'_>) -> Result<Target> {
        let id = self.targets.find(work, target).await?;
        Ok(Target {
            organization: target.organization,
            kind: target.kind,
            id: id.ok_or(Error::NotFound)?,
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
async fn find_or_create(work: &mut Work, organization: OrgId, names: &Names) -> Result<Vec<Tag>> {
    let (folded, slugs) = names.keys();
    for _ in 0..MAX_ATTEMPTS {
        let existing = tags::lock_named(work, organization, &folded, &slugs).await?;
        let missing = names.missing(&existing)?;
        if missing.is_empty() {
            return Ok(names.sort(existing));
        }
        let rows: Vec<NewRow> = missing
            .into_iter()
            .map(|name| NewRow::of(organization, NewTag { name, slug: None }))
            .collect();
        tags::insert_missing(work, &rows).await?;
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
        work: &mut Work,
        organization: OrgId,
        order: Order,
        page: PageRequest,
    ) -> Result<Page<Tag>> {
        Ok(tags::list(work, organization, order, page).await?)
    }

    async fn search(
        &self,
        work: &mut Work,
        organization: OrgId,
        text: &str,
        page: PageRequest,
    ) -> Result<Vec<Tag>> {
        let text = Search::of(text);
        // The search scans all names of the organization.
        let work = &mut work.scan();
        Ok(tags::search(work, organization, text.as_ref(), page).await?)
    }

    async fn by_slug(&self, work: &mut Work, organization: OrgId, slug: &str) -> Result<Tag> {
        if !is_valid_slug(slug) {
            return Err(Error::NotFound);
        }
        let tag = tags::by_slug(work, organization, slug).await?;
        tag.ok_or(Error::NotFound)
    }

    async fn create(&self, work: &mut Work, organization: OrgId, new: NewTag) -> Result<Tag> {
        tags::insert(work, &NewRow::of(organization, new)).await
    }

    async fn rename(
        &self,
        work: &mut Work,
        organization: OrgId,
        id: TagId,
        name: Option<TagName>,
    ) -> Result<Tag> {
        let Some(name) = name else {
            let tag = tags::by_id(work, organization, id).await?;
            return tag.ok_or(Error::NotFound);
        };
        let row = ChangedRow::of(name);
        work.transaction(async |work| {
            let locked = tags::lock_for_renaming(work, organization, id, &row).await?;
            if !locked.iter().any(|tag| tag.id == id) {
                return Err(Error::NotFound);
            }
            if locked.len() > 1 {
                return Err(Error::Taken);
            }
            tags::update(work, id, &row).await
        })
        .await
    }

    async fn delete(&self, work: &mut Work, organization: OrgId, id: TagId) -> Result<()> {
        work.transaction(async |work| {
            links::lock(work, Target::organization(organization)).await?;
            if tags::delete(work, organization, id).await? { Ok(()) } else { Err(Error::NotFound) }
        })
        .await
    }

    async fn assign(
        &self,
        work: &mut Work,
        target: TargetRef<'_>,
        names: Vec<TagName>,
    ) -> Result<Vec<Tag>> {
        let target = self.resolve(work, target).await?;
        let names = Names::of(names);
        if names.is_empty() {
            return Ok(Vec::new());
        }
        work.transaction(async |work| {
            if !links::lock(work, target).await? {
                return Err(Error::NotFound);
            }
            let tags = find_or_create(work, target.organization, &names).await?;
            let rows: Vec<LinkRow> = tags.iter().map(|tag| target.link_to(tag.id)).collect();
            links::insert(work, &rows).await?;
            Ok(tags)
        })
        .await
    }

    async fn unassign(&self, work: &mut Work, target: TargetRef<'_>, slug: &str) -> Result<()> {
        let target = self.resolve(work, target).await?;
        let tag = self.by_slug(work, target.organization, slug).await?;
        links::delete(work, target, &[tag.id]).await?;
        Ok(())
    }

    async fn unassign_all(
        &self,
        work: &mut Work,
        target: TargetRef<'_>,
        ids: &[TagId],
    ) -> Result<usize> {
        let target = self.resolve(work, target).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        work.transaction(async |work| {
            if !links::lock(work, target).await? {
                return Err(Error::NotFound);
            }
            Ok(links::delete(work, target, ids).await?)
        })
        .await
    }

    async fn of_target(
        &self,
        work: &mut Work,
        target: TargetRef<'_>,
        order: Option<Order>,
        page: PageRequest,
    ) -> Result<Page<Tag>> {
        let target = self.resolve(work, target).await?;
        Ok(links::of_target(work, target, order, page).await?)
    }

    async fn of_targets(
        &self,
        work: &mut Work,
        kind: TargetKind,
        ids: &[i64],
    ) -> Result<HashMap<i64, Vec<Tag>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(links::of_targets(work, kind, ids).await?)
    }

    async fn targets(
        &self,
        work: &mut Work,
        organizations: &[OrgId],
        kind: TargetKind,
        slug: &str,
    ) -> Result<Vec<i64>> {
        if !is_valid_slug(slug) {
            return Ok(Vec::new());
        }
        let work = &mut work.scan();
        Ok(links::targets(work, organizations, kind, slug).await?)
    }
}
