//! Fixtures for administration: roles, and accounts with permissions.

use std::collections::BTreeSet;

use loggia_identity::{Account, NewAccount, Subject};
use loggia_kernel::{AccountId, list::ListRequest};
use loggia_rbac::{Actor, NewRole, RoleId};

use crate::app::{Caller, TestApp};

/// Returns an actor that may grant every permission.
pub(super) fn director() -> Actor {
    Actor { account: AccountId::new(0), is_superuser: true }
}

/// Creates a role with these codenames.
pub(super) async fn role(app: &TestApp, name: &str, codenames: &[&str]) -> RoleId {
    let services = app.services();
    let all = services.permissions.list(&mut app.work(), &ListRequest::ALL).await.unwrap();
    let permissions: BTreeSet<_> = all
        .items
        .iter()
        .filter(|permission| codenames.contains(&&*permission.codename))
        .map(|permission| permission.id)
        .collect();
    assert_eq!(permissions.len(), codenames.len(), "{codenames:?}");
    let new = NewRole { name: name.to_owned(), description: String::new(), permissions };
    services.roles.create(&mut app.work(), director(), new).await.unwrap().id
}

/// Assigns a role to `account`.
pub(super) async fn give(app: &TestApp, account: AccountId, role: RoleId) {
    let assignments = &app.services().assignments;
    assignments.ensure_assigned(&mut app.work(), director(), account, role).await.unwrap();
}

/// Registers `name` with these codenames and logs in.
pub(super) async fn holder<'app>(
    app: &'app TestApp,
    name: &str,
    codenames: &[&str],
) -> Caller<'app> {
    let caller = app.user(name).await;
    let role = role(app, &format!("role of {name}"), codenames).await;
    give(app, caller.account().id, role).await;
    caller
}

/// Registers `name` with the role `admin` and its permissions, and logs in.
pub(super) async fn administrator<'app>(app: &'app TestApp, name: &str) -> Caller<'app> {
    let account = made(app, name, |new| Account::ADMIN.clone_into(&mut new.role)).await;
    let admin = app.services().roles.by_name(&mut app.work(), Account::ADMIN).await.unwrap();
    give(app, account.id, admin.id).await;
    log_in(app, account).await
}

/// Registers `name` with the role `admin` but no codenames, as a staff account has, and logs in.
pub(crate) async fn administrator_by_name<'app>(app: &'app TestApp, name: &str) -> Caller<'app> {
    let account = made(app, name, |new| Account::ADMIN.clone_into(&mut new.role)).await;
    log_in(app, account).await
}

/// Registers the superuser `name` and logs in.
pub(super) async fn superuser<'app>(app: &'app TestApp, name: &str) -> Caller<'app> {
    let account = made(app, name, |new| new.is_superuser = true).await;
    log_in(app, account).await
}

async fn made(app: &TestApp, name: &str, change: impl FnOnce(&mut NewAccount)) -> Account {
    let mut new = crate::app::new_account(name);
    change(&mut new);
    app.services().accounts.register(&mut app.work(), new).await.unwrap()
}

async fn log_in(app: &TestApp, account: Account) -> Caller<'_> {
    let sessions = &app.services().sessions;
    let tokens = sessions.open(&mut app.work(), &account, Subject::Number).await.unwrap();
    Caller::known(app, account, tokens)
}

/// Returns the current state of the account.
pub(super) async fn now(app: &TestApp, caller: &Caller<'_>) -> Account {
    let accounts = &app.services().accounts;
    accounts.by_id(&mut app.work(), caller.account().id).await.unwrap()
}

/// Returns the codenames of an account, in alphabetical order.
pub(super) async fn codenames(app: &TestApp, account: AccountId) -> Vec<String> {
    let assignments = &app.services().assignments;
    let held = assignments.codenames_of(&mut app.work(), account).await.unwrap();
    held.into_iter().collect()
}
