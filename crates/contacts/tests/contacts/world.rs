//! What every test here begins with: contacts on an empty database, organisations for them, and a clock that obeys.

use std::sync::Arc;

use diesel::{ExpressionMethods, QueryDsl};
use loggia_contacts::{Contact, Contacts, Details, NewContact, StoredContacts};
use loggia_db::{RunQueryDsl, Work, run};
use loggia_kernel::{Clock, OrgId, Slug, Timestamp};
use loggia_testkit::{FrozenClock, TestDb};

diesel::table! {
    accounts (id) {
        id -> BigInt,
        public_id -> Text,
        slug -> Text,
        username -> Text,
        username_folded -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

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
    contact_counts (organization_id) {
        organization_id -> BigInt,
        contacts -> BigInt,
    }
}

pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) clock: FrozenClock,
    pub(crate) contacts: StoredContacts,
}

impl World {
    /// With the account `jane`.
    pub(crate) async fn new() -> Arc<Self> {
        let db = TestDb::open().await;
        let clock = FrozenClock::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let world = Self { contacts: StoredContacts::new(shared), db, clock };
        world.account("jane").await;
        Arc::new(world)
    }

    pub(crate) fn work(&self) -> Work {
        self.db.db().work()
    }

    pub(crate) async fn account(&self, name: &str) {
        let now: Timestamp = self.clock.now();
        let mut work = self.work();
        run!(work, |c| diesel::insert_into(accounts::table)
            .values((
                accounts::public_id.eq(name),
                accounts::slug.eq(name),
                accounts::username.eq(name),
                accounts::username_folded.eq(name),
                accounts::created_at.eq(now),
                accounts::updated_at.eq(now),
            ))
            .execute(c))
        .unwrap();
    }

    pub(crate) async fn rename_account(&self, from: &str, to: &str) {
        let mut work = self.work();
        run!(work, |c| diesel::update(accounts::table.filter(accounts::slug.eq(from)))
            .set(accounts::slug.eq(to))
            .execute(c))
        .unwrap();
    }

    pub(crate) async fn delete_account(&self, name: &str) {
        let mut work = self.work();
        run!(work, |c| diesel::delete(accounts::table.filter(accounts::slug.eq(name))).execute(c))
            .unwrap();
    }

    pub(crate) async fn org(&self, name: &str) -> OrgId {
        let now: Timestamp = self.clock.now();
        let mut work = self.work();
        let id: i64 = run!(work, |c| diesel::insert_into(organizations::table)
            .values((
                organizations::slug.eq(name),
                organizations::name.eq(name),
                organizations::kind.eq("group"),
                organizations::created_at.eq(now),
                organizations::updated_at.eq(now),
            ))
            .returning(organizations::id)
            .get_result(c))
        .unwrap();
        OrgId::new(id)
    }

    pub(crate) async fn delete_org(&self, org: OrgId) {
        let mut work = self.work();
        run!(work, |c| diesel::delete(organizations::table.find(org.get())).execute(c)).unwrap();
    }

    /// What the triggers have counted; `None` where there is no row.
    pub(crate) async fn counted(&self, org: OrgId) -> Option<i64> {
        let mut work = self.work();
        let counts: Vec<i64> = run!(work, |c| contact_counts::table
            .find(org.get())
            .select(contact_counts::contacts)
            .load(c))
        .unwrap();
        counts.into_iter().next()
    }

    pub(crate) async fn create(&self, org: OrgId, name: &str) -> Contact {
        self.contacts.create(&mut self.work(), new(org, name)).await.unwrap()
    }
}

pub(crate) fn new(org: OrgId, name: &str) -> NewContact {
    NewContact { creator: Slug::of("jane", "user"), details: details(org, name) }
}

pub(crate) fn details(org: OrgId, name: &str) -> Details {
    Details::named(org, name)
}
