//! What every test here begins with: two organisations with a contact or two, as other crates would keep them.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{OptionalExt, RunQueryDsl, Work, run};
use loggia_kernel::{Clock, OrgId, Timestamp};
use loggia_tagging::{
    NewTag, Result, StoredTags, Tag, TagName, Tags, TargetKind, TargetRef, Targets,
};
use loggia_testkit::{FrozenClock, TestDb};

diesel::table! {
    organizations (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        kind -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        slug -> Text,
        organization_id -> BigInt,
        display_name -> Text,
        folded -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    tag_links (id) {
        id -> BigInt,
        organization_id -> BigInt,
        tag_id -> BigInt,
        kind -> Text,
        target_id -> BigInt,
    }
}

#[derive(diesel::Insertable)]
struct Contact<'a> {
    slug: &'a str,
    organization_id: i64,
    display_name: &'a str,
    folded: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The service on an empty database.
pub(crate) struct World {
    pub(crate) tags: StoredTags,
    now: Timestamp,
    database: TestDb,
}

impl World {
    pub(crate) async fn new() -> Arc<Self> {
        let database = TestDb::open().await;
        Arc::new(Self {
            tags: StoredTags::new(Arc::new(Found)),
            now: FrozenClock::default().now(),
            database,
        })
    }

    pub(crate) fn work(&self) -> Work {
        self.database.db().work()
    }

    /// Makes a group of this slug.
    pub(crate) async fn organization(&self, slug: &str) -> OrgId {
        let mut work = self.work();
        let id: i64 = run!(work, |c| diesel::insert_into(organizations::table)
            .values((
                organizations::slug.eq(slug),
                organizations::name.eq(slug),
                organizations::kind.eq("group"),
                organizations::created_at.eq(self.now),
                organizations::updated_at.eq(self.now),
            ))
            .returning(organizations::id)
            .get_result(c))
        .unwrap();
        OrgId::new(id)
    }

    /// Makes a contact of this slug.
    pub(crate) async fn contact(&self, organization: OrgId, slug: &str) -> i64 {
        let mut work = self.work();
        let row = Contact {
            slug,
            organization_id: organization.get(),
            display_name: slug,
            folded: slug,
            created_at: self.now,
            updated_at: self.now,
        };
        run!(work, |c| diesel::insert_into(contacts::table)
            .values(&row)
            .returning(contacts::id)
            .get_result(c))
        .unwrap()
    }

    pub(crate) async fn delete_contact(&self, id: i64) {
        let mut work = self.work();
        run!(work, |c| diesel::delete(contacts::table.find(id)).execute(c)).unwrap();
    }

    pub(crate) async fn move_contact(&self, id: i64, organization: OrgId) {
        let mut work = self.work();
        run!(work, |c| diesel::update(contacts::table.find(id))
            .set(contacts::organization_id.eq(organization.get()))
            .execute(c))
        .unwrap();
    }

    /// Deletes an organization as its own crate does: locks it first to check permissions, then deletes it.
    pub(crate) async fn delete_organization(&self, id: OrgId) {
        let mut work = self.work();
        let deleted = work.transaction(async |work| {
            let own = organizations::table.find(id.get());
            let locked: Vec<i64> = run!(
                work,
                Postgres(|c| own.select(organizations::id).for_no_key_update().load(c)),
                Sqlite(|c| own.select(organizations::id).load(c)),
            )?;
            assert_eq!(locked, [id.get()]);
            run!(work, |c| diesel::delete(own).execute(c))
        });
        assert_eq!(deleted.await.unwrap(), 1);
    }

    /// Writes a link past the service.
    pub(crate) async fn link(
        &self,
        organization: OrgId,
        tag: &Tag,
        kind: &str,
        target: i64,
    ) -> loggia_db::Result<usize> {
        let mut work = self.work();
        run!(work, |c| diesel::insert_into(tag_links::table)
            .values((
                tag_links::organization_id.eq(organization.get()),
                tag_links::tag_id.eq(tag.id.get()),
                tag_links::kind.eq(kind),
                tag_links::target_id.eq(target),
            ))
            .execute(c))
    }

    /// How many links there are in all.
    pub(crate) async fn links(&self) -> i64 {
        let mut work = self.work();
        run!(work, |c| tag_links::table.count().get_result(c)).unwrap()
    }

    pub(crate) async fn create(&self, organization: OrgId, text: &str) -> Result<Tag> {
        let new = NewTag { name: name(text), slug: None };
        self.tags.create(&mut self.work(), organization, new).await
    }

    pub(crate) async fn assign(&self, target: TargetRef<'_>, texts: &[&str]) -> Result<Vec<Tag>> {
        let names = texts.iter().map(|text| name(text)).collect();
        self.tags.assign(&mut self.work(), target, names).await
    }
}

/// A lookup of contacts and organizations by their slugs.
struct Found;

#[async_trait]
impl Targets for Found {
    async fn find(&self, work: &mut Work, target: TargetRef<'_>) -> loggia_db::Result<Option<i64>> {
        let organization = target.organization.get();
        match target.kind {
            TargetKind::Contact => run!(work, |c| contacts::table
                .filter(contacts::slug.eq(target.name))
                .filter(contacts::organization_id.eq(organization))
                .select(contacts::id)
                .first(c))
            .optional(),
            TargetKind::Organization => {
                Ok((target.name == target.organization_slug).then_some(organization))
            }
        }
    }
}

pub(crate) fn name(text: &str) -> TagName {
    TagName::parse(text).unwrap()
}

pub(crate) fn contact(organization: OrgId, name: &str) -> TargetRef<'_> {
    TargetRef { organization, organization_slug: "acme", kind: TargetKind::Contact, name }
}

pub(crate) fn names(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

/// Does the same `times` at once, each on a task of its own; the outcomes in any order.
pub(crate) async fn at_once<T, F>(times: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..times).map(|n| tokio::spawn(work(n))).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
