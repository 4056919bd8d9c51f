//! Fixtures: all services and use cases on one database, callers and roles.

use std::{collections::BTreeSet, sync::Arc};

use loggia_application::{
    AccountChange, AccountCreation, AccountManagement, AccountRole, Authority, Authorization,
    ContentManagement, PermissionManagement, Requirement, RoleAssignment, RoleManagement,
};
use loggia_content::StoredEntries;
use loggia_db::Work;
use loggia_identity::{
    Account, AccountAdministration, Accounts, Caller, LoginAttempts, NewAccount, NewUsername,
    SecretKey, SessionPolicy, SessionSettings, Sessions, StoredAccounts, StoredSessions, Subject,
    passwords::{Hasher, Params, Password},
};
use loggia_kernel::{AccountId, Clock, Email, Username, list::ListRequest};
use loggia_rbac::{
    Actor, Assignments, NewPermission, NewRole, Permissions, Role, Roles, StoredAssignments,
    StoredPermissions, StoredRoles,
};
use loggia_testkit::{FrozenClock, TestDb};

/// Accepted by every password policy.
const PASSWORD: &str = "Str0ng-Passw0rd!";

/// All services and use cases.
pub(crate) struct World {
    db: TestDb,
    pub(crate) stored: Arc<StoredAccounts>,
    pub(crate) sessions: StoredSessions,
    pub(crate) roles: Arc<StoredRoles>,
    pub(crate) assignments: Arc<StoredAssignments>,
    pub(crate) accounts: AccountManagement,
    pub(crate) role_management: RoleManagement,
    pub(crate) permission_management: PermissionManagement,
    pub(crate) role_assignment: RoleAssignment,
    pub(crate) content_management: ContentManagement,
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(FrozenClock::default());
        let hasher = Hasher::new(Params::cheap(), 4, 256);
        let sessions = StoredSessions::new(
            hasher.clone(),
            LoginAttempts::unlimited(Arc::clone(&clock)),
            SecretKey::new(b"a key that only tests have, long enough").unwrap(),
            SessionSettings::default(),
            Arc::clone(&clock),
        );
        let stored =
            Arc::new(StoredAccounts::new(hasher, SessionPolicy::Strict, Arc::clone(&clock)));
        let roles = Arc::new(StoredRoles);
        let entries = Arc::new(StoredEntries::new(Arc::clone(&clock)));
        let assignments = Arc::new(StoredAssignments::new(clock));
        let authorization = Authorization::new(stored.clone(), assignments.clone());
        Self {
            db: TestDb::open().await,
            accounts: AccountManagement::new(
                stored.clone(),
                stored.clone(),
                roles.clone(),
                assignments.clone(),
            ),
            role_management: RoleManagement::new(authorization.clone(), roles.clone()),
            permission_management: PermissionManagement::new(
                authorization.clone(),
                Arc::new(StoredPermissions),
            ),
            content_management: ContentManagement::new(authorization.clone(), entries),
            role_assignment: RoleAssignment::new(
                authorization,
                stored.clone(),
                roles.clone(),
                assignments.clone(),
            ),
            stored,
            sessions,
            roles,
            assignments,
        }
    }

    /// Returns a unit of work in auto mode.
    pub(crate) fn work(&self) -> Work {
        self.db.db().work()
    }

    /// Registers an account and opens a session for it.
    pub(crate) async fn user(&self, name: &str) -> Caller {
        self.register(new_account(name)).await
    }

    /// As [`World::user`], for a superuser.
    pub(crate) async fn superuser(&self, name: &str) -> Caller {
        self.register(NewAccount { is_superuser: true, ..new_account(name) }).await
    }

    /// As [`World::user`], with the role `admin` and its assignment.
    pub(crate) async fn admin(&self, name: &str) -> Caller {
        let root = self.superuser(&format!("root-of-{name}")).await;
        let caller = self.user(name).await;
        self.set_role(&root, caller.account.id, "admin").await;
        self.current(caller).await
    }

    /// As [`World::user`], with a role that has these codenames.
    pub(crate) async fn holder(&self, name: &str, codenames: &[&str]) -> Caller {
        let caller = self.user(name).await;
        let role = self.role(&format!("role of {name}"), codenames).await;
        self.assign(caller.account.id, &role).await;
        caller
    }

    /// Creates a role with these codenames.
    pub(crate) async fn role(&self, name: &str, codenames: &[&str]) -> Role {
        let new = self.new_role(name, codenames).await;
        self.roles.create(&mut self.work(), root(), new).await.unwrap()
    }

    /// Returns a role with these codenames, which is not stored yet.
    pub(crate) async fn new_role(&self, name: &str, codenames: &[&str]) -> NewRole {
        let mut work = self.work();
        let all = StoredPermissions.list(&mut work, &ListRequest::ALL).await;
        let permissions: BTreeSet<_> = all
            .unwrap()
            .items
            .into_iter()
            .filter(|permission| codenames.contains(&&*permission.codename))
            .map(|permission| permission.id)
            .collect();
        NewRole { name: name.to_owned(), description: String::new(), permissions }
    }

    /// Creates a role with a permission that no other role has.
    pub(crate) async fn unique_role(&self, name: &str) -> Role {
        let new = NewPermission {
            name: name.to_owned(),
            codename: name.to_owned(),
            description: String::new(),
        };
        StoredPermissions.create(&mut self.work(), root(), new).await.unwrap();
        self.role(name, &[name]).await
    }

    /// Removes all roles of an account on behalf of a superuser.
    pub(crate) async fn unassign_all(&self, account: AccountId) {
        let mut work = self.work();
        let all = self.assignments.list(&mut work, &ListRequest::ALL).await;
        let own = all.unwrap().items.into_iter();
        for assignment in own.filter(|assignment| assignment.account_id == account) {
            let removed = self.assignments.remove(&mut work, root(), assignment.id);
            removed.await.unwrap();
        }
    }

    /// Assigns a role on behalf of a superuser.
    pub(crate) async fn assign(&self, account: AccountId, role: &Role) {
        self.assignments.ensure_assigned(&mut self.work(), root(), account, role.id).await.unwrap();
    }

    /// Sets the role of an account by its name.
    pub(crate) async fn set_role(&self, by: &Caller, account: AccountId, name: &str) {
        let change =
            AccountChange { role: Some(self.role_named(name).await), ..AccountChange::default() };
        self.accounts.update(&mut self.work(), as_admin(by), account, change).await.unwrap();
    }

    /// Finds the role that an account can have by this name.
    pub(crate) async fn role_named(&self, name: &str) -> AccountRole {
        let role = self.accounts.role_named(&mut self.work(), name).await;
        role.unwrap().unwrap()
    }

    /// Returns the stored account.
    pub(crate) async fn account(&self, id: AccountId) -> Account {
        self.stored.by_id(&mut self.work(), id).await.unwrap()
    }

    /// Returns the number of accounts.
    pub(crate) async fn count(&self) -> u64 {
        let page = self.stored.as_ref() as &dyn AccountAdministration;
        let page = page.list(&mut self.work(), &ListRequest::ALL).await;
        page.unwrap().count
    }

    /// Returns the codenames of an account, in alphabetical order.
    pub(crate) async fn codenames(&self, id: AccountId) -> Vec<String> {
        let codenames = self.assignments.codenames_of(&mut self.work(), id).await;
        codenames.unwrap().into_iter().collect()
    }

    /// Returns the caller with the present state of the account.
    pub(crate) async fn current(&self, caller: Caller) -> Caller {
        Caller { account: self.account(caller.account.id).await, ..caller }
    }

    async fn register(&self, new: NewAccount) -> Caller {
        let mut work = self.work();
        let account = self.stored.register(&mut work, new).await.unwrap();
        let tokens = self.sessions.open(&mut work, &account, Subject::Number);
        let access = tokens.await.unwrap().access;
        self.sessions.caller(&mut work, &access).await.unwrap()
    }
}

/// Returns the authority of an administrator.
pub(crate) fn as_admin(caller: &Caller) -> Authority<'_> {
    Authority { caller, requirement: Requirement::Admin }
}

/// Returns the values of an account with this name and role.
pub(crate) fn creation(name: &str, role: AccountRole) -> AccountCreation {
    AccountCreation {
        username: NewUsername::FromLocalPart,
        email: address(name),
        password: Password::new(PASSWORD.to_owned()).unwrap(),
        first_name: "Jane".to_owned(),
        last_name: "Smith".to_owned(),
        phone_number: String::new(),
        role,
        is_active: true,
    }
}

fn new_account(name: &str) -> NewAccount {
    let username = NewUsername::Given(Username::parse(name).unwrap());
    NewAccount::new(username, Some(address(name)), None)
}

fn address(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).unwrap()
}

/// Returns an actor with every permission.
fn root() -> Actor {
    Actor { account: AccountId::new(0), is_superuser: true }
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
