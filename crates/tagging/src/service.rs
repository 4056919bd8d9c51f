//! Tags and what they are put on, as one service.

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

/// The tags of organisations, and what they are put on.
///
/// Whoever asks says which organisation he means; that he may is for the caller to know. What another organisation has is
/// as unknown as what there is not.
#[async_trait]
pub trait Tags: Send + Sync {
    /// A page of an organisation's tags.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn list(&self, organization: OrgId, order: Order, page: PageRequest)
    -> Result<Page<Tag>>;

    /// The tags of an organisation with `text` in their names, whatever the case of its letters; by name. An empty text is
    /// in every name.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn search(&self, organization: OrgId, text: &str, page: PageRequest) -> Result<Vec<Tag>>;

    /// # Errors
    /// [`Error::NotFound`] if the organisation has no tag of this slug.
    async fn by_slug(&self, organization: OrgId, slug: &str) -> Result<Tag>;

    /// Makes a tag.
    ///
    /// # Errors
    /// [`Error::Taken`] if the organisation has a tag of this name or slug; [`Error::NotFound`] if it is gone.
    async fn create(&self, organization: OrgId, new: NewTag) -> Result<Tag>;

    /// Gives a tag another name, and the slug to which that leads; without a name it stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the organisation has no such tag; [`Error::Taken`] if another one has the name or slug.
    async fn rename(&self, organization: OrgId, id: TagId, name: Option<TagName>) -> Result<Tag>;

    /// Deletes a tag, and takes it off whatever it is on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the organisation has no such tag.
    async fn delete(&self, organization: OrgId, id: TagId) -> Result<()>;

    /// Puts the tags of these names on an object, all of them or none, and returns them in the order of the names, each
    /// once. Tags that there are keep their names; those that there are not are made.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the organisation has no such object; [`Error::SlugConflict`] if a tag that has to be made
    /// would have the slug of another one.
    async fn assign(&self, target: TargetRef<'_>, names: Vec<TagName>) -> Result<Vec<Tag>>;

    /// Takes the tag of this slug off an object. If it is not on it, that is as well.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the organisation has no such object, or no such tag.
    async fn unassign(&self, target: TargetRef<'_>, slug: &str) -> Result<()>;

    /// Takes tags off an object; returns how many of them were on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the organisation has no such object.
    async fn unassign_all(&self, target: TargetRef<'_>, ids: &[TagId]) -> Result<usize>;

    /// A page of an object's tags; without an order, as they were put on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the organisation has no such object.
    async fn of_target(
        &self,
        target: TargetRef<'_>,
        order: Option<Order>,
        page: PageRequest,
    ) -> Result<Page<Tag>>;

    /// The tags of several things, of each as they were put on it, in one query. Things without tags are left out.
    ///
    /// Shape: at most a page of ids, and only such as the caller may see.
    ///
    /// # Errors
    /// [`Error::Store`].
    async fn of_targets(&self, kind: TargetKind, ids: &[i64]) -> Result<HashMap<i64, Vec<Tag>>>;

    /// The things in these organisations that bear a tag of this slug, in the order of their ids.
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

/// [`Tags`] kept in the project's database.
pub struct StoredTags {
    db: Db,
    targets: Arc<dyn Targets>,
}

impl StoredTags {
    /// Tags in `db`, for what `targets` finds.
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

/// No slug has a NUL, and PostgreSQL does not even look for one.
fn is_valid_slug(text: &str) -> bool {
    !text.contains('\0')
}

/// Finds the tags of these names, and makes those that there are not.
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
        // Somebody else may have made some of them meanwhile, in his own spelling: so they are looked up again.
    }
    Err(loggia_db::Error::Conflict.into())
}

/// How often tags are looked up: once to see what is missing, once after making it, and the rest for tags that others
/// make and delete at that very moment.
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
        // Every name of the organisation is looked at.
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
