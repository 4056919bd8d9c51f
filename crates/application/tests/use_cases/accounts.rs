//! Creation, change and deletion of accounts together with their roles.

use loggia_application::{AccountChange, AccountRole, Error};
use loggia_identity::{self as identity, Account, Accounts};
use loggia_kernel::AccountId;
use loggia_rbac::{self as rbac, RolePatch, Roles, codename};

use crate::{
    assert_refused,
    fixtures::{World, as_admin, creation},
};

fn role(role: AccountRole) -> AccountChange {
    AccountChange { role: Some(role), ..AccountChange::default() }
}

#[tokio::test]
async fn a_new_account_has_the_role_and_its_permissions() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    world.role("Viewer", &[codename::VIEW_USERS]).await;

    let new = creation("jane", world.role_named("viewer").await);
    let account = world.accounts.create(&mut world.work(), as_admin(&admin), new).await.unwrap();

    assert_eq!(account, world.account(account.id).await);
    assert_eq!(account.role, "Viewer");
    assert_eq!(world.codenames(account.id).await, [codename::VIEW_USERS]);
}

#[tokio::test]
async fn a_role_beyond_the_permissions_of_the_caller_leaves_no_account() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    world.unique_role("Launcher").await;
    let accounts = world.count().await;

    let new = creation("jane", world.role_named("Launcher").await);
    let outcome = world.accounts.create(&mut world.work(), as_admin(&admin), new).await;

    assert_refused!(outcome, Error::Rbac(rbac::Error::PrivilegeEscalation));
    assert_eq!(world.count().await, accounts);
}

#[tokio::test]
async fn a_new_role_replaces_the_assignment_of_the_former_one_and_no_other() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    let jane = world.user("jane").await.account.id;
    world.role("Viewer", &[codename::VIEW_USERS]).await;
    world.role("Manager", &[codename::MANAGE_USERS]).await;
    let other = world.role("Other", &[codename::VIEW_ROLES]).await;
    world.assign(jane, &other).await;

    world.set_role(&admin, jane, "VIEWER").await;
    assert_eq!(world.codenames(jane).await, [codename::VIEW_ROLES, codename::VIEW_USERS]);
    world.set_role(&admin, jane, "manager").await;
    assert_eq!(world.codenames(jane).await, [codename::MANAGE_USERS, codename::VIEW_ROLES]);
    world.set_role(&admin, jane, Account::USER).await;
    assert_eq!(world.codenames(jane).await, [codename::VIEW_ROLES]);
    assert_eq!(world.account(jane).await.role, Account::USER);
}

#[tokio::test]
async fn a_role_that_was_renamed_since_it_was_looked_up_is_unknown() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    let jane = world.user("jane").await.account.id;
    let viewer = world.role("Viewer", &[codename::VIEW_USERS]).await;
    let looked_up = world.role_named("Viewer").await;
    let rename = RolePatch { name: Some("Reader".to_owned()), ..RolePatch::default() };
    world.role_management.update(&mut world.work(), &admin, viewer.id, rename).await.unwrap();

    let outcome =
        world.accounts.update(&mut world.work(), as_admin(&admin), jane, role(looked_up)).await;

    assert_refused!(outcome, Error::UnknownRole(_));
    assert!(world.codenames(jane).await.is_empty());
}

#[tokio::test]
async fn callers_cannot_change_their_own_role() {
    let world = World::new().await;
    let admin = world.admin("admin").await;

    let outcome = world
        .accounts
        .update(&mut world.work(), as_admin(&admin), admin.account.id, role(AccountRole::user()))
        .await;

    assert_refused!(outcome, Error::Identity(identity::Error::SelfAction));
    assert_eq!(world.codenames(admin.account.id).await.len(), 6);
}

#[tokio::test]
async fn an_account_with_more_permissions_cannot_be_changed_or_deleted() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    let root = world.superuser("root").await.account.id;

    let mut work = world.work();
    let found = world.accounts.find_changeable(&mut work, &admin.account, root).await;
    assert_refused!(found, Error::Forbidden);
    let toggled = world.accounts.toggle_active(&mut work, as_admin(&admin), root).await;
    assert_refused!(toggled, Error::Forbidden);
    let deleted = world.accounts.delete(&mut work, as_admin(&admin), root).await;
    assert_refused!(deleted, Error::Forbidden);
    assert!(world.account(root).await.is_active);
}

#[tokio::test]
async fn a_deleted_account_and_an_unknown_one_are_not_found() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    let jane = world.user("jane").await.account.id;

    let mut work = world.work();
    for (id, exists) in [(jane, true), (jane, false), (AccountId::new(999_999), false)] {
        let deleted = world.accounts.delete(&mut work, as_admin(&admin), id).await;
        if exists {
            deleted.unwrap();
        } else {
            assert_refused!(deleted, Error::Identity(identity::Error::NotFound));
        }
    }
    assert_refused!(world.stored.by_id(&mut work, jane).await, identity::Error::NotFound);
}

#[tokio::test]
async fn a_name_stands_for_the_reserved_role_before_a_custom_one() {
    let world = World::new().await;
    world.role("user", &[codename::VIEW_USERS]).await;
    world.role("ADMIN", &[codename::VIEW_USERS]).await;

    assert_eq!(world.role_named("User").await, AccountRole::user());
    let admin = world.role_named("admin").await;
    assert_eq!(admin.name(), Account::ADMIN);
    let built_in = world.roles.by_name(&mut world.work(), "Admin").await;
    assert_eq!(admin.role(), Some(built_in.unwrap().id));
    let unknown = world.accounts.role_named(&mut world.work(), "nothing").await;
    assert_eq!(unknown.unwrap(), None);
}
