//! Roles of a transcript's accounts.

use std::collections::{BTreeSet, HashMap};

use loggia_identity::Account;
use loggia_kernel::{AccountId, list::ListRequest};
use loggia_rbac::{Actor, Error, NewRole, PermissionId, RoleId};

use super::arguments::Arguments;
use super::{new_account, register};
use crate::app::TestApp;
use crate::transcripts::replay::Replay;

/// Returns an actor that may grant every permission.
fn director() -> Actor {
    Actor { account: AccountId::new(0), is_superuser: true }
}

/// Sets `${perm.<codename>}` for every permission.
///
/// # Errors
/// A sentence, if the database fails.
pub(super) async fn permissions(replay: &mut Replay) -> Result<(), String> {
    for (codename, id) in known(&replay.app).await? {
        replay.vars.set(format!("perm.{codename}"), id.get());
    }
    Ok(())
}

async fn known(app: &TestApp) -> Result<HashMap<String, PermissionId>, String> {
    let permissions = &app.services().permissions;
    let all = permissions.list(&mut app.work(), &ListRequest::ALL).await.map_err(message)?;
    let pairs = all.items.into_iter();
    Ok(pairs.map(|permission| (permission.codename, permission.id)).collect())
}

/// Creates an account and a role of the same name, and assigns the role to it.
///
/// # Errors
/// A sentence, if the account or the role cannot be created.
pub(super) async fn actor(replay: &mut Replay, given: &Arguments<'_>) -> Result<(), String> {
    let name = given.text("name")?;
    let ids = known(&replay.app).await?;
    let codes = given.texts("codes")?.into_iter();
    let permissions: BTreeSet<_> = codes
        .map(|code| ids.get(code).copied().ok_or(format!("no {code}")))
        .collect::<Result<_, _>>()?;
    let new = NewRole { name: name.to_owned(), description: format!("{name} role"), permissions };
    let roles = &replay.app.services().roles;
    let role = roles.create(&mut replay.app.work(), director(), new).await.map_err(message)?;
    let password = Some(given.text("password")?);
    let new = new_account(&format!("{name}@example.com"), name, password)?;
    let account = register(&replay.app, new).await?;
    give(&replay.app, &account, role.id).await?;
    replay.vars.set(format!("{name}.id"), account.id.get());
    replay.vars.set(format!("{name}.role"), role.id.get());
    Ok(())
}

/// Assigns the role that an account names.
///
/// # Errors
/// A sentence, if that role does not exist.
pub(super) async fn give_named(app: &TestApp, account: &Account) -> Result<(), String> {
    let roles = &app.services().roles;
    let role = roles.by_name(&mut app.work(), &account.role).await.map_err(message)?;
    give(app, account, role.id).await
}

async fn give(app: &TestApp, account: &Account, role: RoleId) -> Result<(), String> {
    let assignments = &app.services().assignments;
    let given = assignments.ensure_assigned(&mut app.work(), director(), account.id, role).await;
    given.map_err(message)
}

/// Returns the ids of the built-in roles. The recorded server had none.
///
/// # Errors
/// A sentence, if the database fails.
pub(crate) async fn built_in(app: &TestApp) -> Result<Vec<i64>, String> {
    let roles = &app.services().roles;
    let all = roles.list(&mut app.work(), &ListRequest::ALL).await.map_err(message)?;
    let built_in = all.items.into_iter().filter(|role| role.is_built_in);
    Ok(built_in.map(|role| role.id.get()).collect())
}

fn message(error: Error) -> String {
    format!("{error:?}")
}
