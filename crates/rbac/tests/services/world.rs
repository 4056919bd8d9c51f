//! Fixtures: all services on one database, accounts and roles.

use std::{collections::BTreeSet, sync::Arc};

use diesel::{ExpressionMethods, QueryDsl};
use loggia_db::{RunQueryDsl, Work, run};
use loggia_kernel::{AccountId, Clock, Timestamp, list::ListRequest};
use loggia_rbac::{
    Actor, Assignments, NewRole, PermissionId, Permissions, Role, Roles, StoredAssignments,
    StoredPermissions, StoredRoles,
};
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

/// All services of the crate.
pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) clock: FrozenClock,
    pub(crate) permissions: StoredPermissions,
    pub(crate) roles: StoredRoles,
    pub(crate) assignments: StoredAssignments,
}

impl World {
    pub(crate) async fn new() -> Arc<Self> {
        let db = TestDb::open().await;
        let clock = FrozenClock::default();
        Arc::new(Self {
            permissions: StoredPermissions,
            roles: StoredRoles,
            assignments: StoredAssignments::new(Arc::new(clock.clone())),
            clock,
            db,
        })
    }

    /// Returns a unit of work in auto mode.
    pub(crate) fn work(&self) -> Work {
        self.db.db().work()
    }

    /// Creates an account with this name.
    pub(crate) async fn account(&self, name: &str) -> AccountId {
        let now: Timestamp = self.clock.now();
        let mut work = self.work();
        let row = (
            accounts::public_id.eq(name),
            accounts::slug.eq(name),
            accounts::username.eq(name),
            accounts::username_folded.eq(name),
            accounts::created_at.eq(now),
            accounts::updated_at.eq(now),
        );
        let id: i64 = run!(work, |c| diesel::insert_into(accounts::table)
            .values(row)
            .returning(accounts::id)
            .get_result(c))
        .unwrap();
        AccountId::new(id)
    }

    /// Deletes an account as identity does.
    pub(crate) async fn forget(&self, account: AccountId) {
        let mut work = self.work();
        run!(work, |c| diesel::delete(accounts::table.filter(accounts::id.eq(account.get())))
            .execute(c))
        .unwrap();
    }

    /// Creates the account `name` with these permissions and returns it as an actor.
    pub(crate) async fn holder(&self, name: &str, codenames: &[&str]) -> Actor {
        let account = self.account(name).await;
        let role = self.role(&format!("role of {name}"), codenames).await;
        self.assignments.assign(&mut self.work(), root(), account, role.id).await.unwrap();
        Actor { account, is_superuser: false }
    }

    /// Creates a role with these codenames.
    pub(crate) async fn role(&self, name: &str, codenames: &[&str]) -> Role {
        let new = new_role(name, self.ids(codenames).await);
        self.roles.create(&mut self.work(), root(), new).await.unwrap()
    }

    pub(crate) async fn ids(&self, codenames: &[&str]) -> BTreeSet<PermissionId> {
        let all = self.permissions.list(&mut self.work(), &ListRequest::ALL).await.unwrap().items;
        all.iter()
            .filter(|permission| codenames.contains(&&*permission.codename))
            .map(|permission| permission.id)
            .collect()
    }

    /// Returns the codenames of an account, in alphabetical order.
    pub(crate) async fn codenames(&self, account: AccountId) -> Vec<String> {
        let codenames = self.assignments.codenames_of(&mut self.work(), account).await.unwrap();
        codenames.into_iter().collect()
    }
}

/// Returns an actor with every permission.
pub(crate) fn root() -> Actor {
    Actor { account: AccountId::new(0), is_superuser: true }
}

pub(crate) fn new_role(name: &str, permissions: BTreeSet<PermissionId>) -> NewRole {
    NewRole { name: name.to_owned(), description: String::new(), permissions }
}

/// Runs `work` concurrently on `times` tasks and returns the outcomes.
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

/// Asserts that the outcome is an error that matches the pattern.
#[macro_export]
macro_rules! assert_refused {
    ($outcome:expr, $pattern:pat) => {
        match $outcome {
            Err($pattern) => {}
            other => panic!("expected {}, got {other:?}", stringify!($pattern)),
        }
    };
}
