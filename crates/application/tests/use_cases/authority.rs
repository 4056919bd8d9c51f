//! The caller's authority is checked again in the transaction of the change.

use loggia_application::{AccountChange, Authority, Error, Requirement};
use loggia_identity::{Accounts, Caller, Sessions, TokenError};
use loggia_rbac::codename;

use crate::{
    assert_refused,
    fixtures::{World, as_admin},
};

fn with<'a>(caller: &'a Caller, codename: &'static str) -> Authority<'a> {
    Authority { caller, requirement: Requirement::Permission(codename) }
}

fn deactivation() -> AccountChange {
    AccountChange { is_active: Some(false), ..AccountChange::default() }
}

#[tokio::test]
async fn a_permission_that_was_revoked_since_authentication_does_not_count() {
    let world = World::new().await;
    let manager = world.holder("manager", &[codename::MANAGE_USERS]).await;
    let (jane, joe) = (world.user("jane").await, world.user("joe").await);
    let authority = with(&manager, codename::MANAGE_USERS);
    let mut work = world.work();

    world.accounts.update(&mut work, authority, jane.account.id, deactivation()).await.unwrap();
    world.unassign_all(manager.account.id).await;

    let outcome = world.accounts.update(&mut work, authority, joe.account.id, deactivation()).await;
    assert_refused!(outcome, Error::Forbidden);
    assert!(world.account(joe.account.id).await.is_active);
}

#[tokio::test]
async fn a_caller_who_was_deactivated_deleted_or_logged_out_is_not_authenticated() {
    let world = World::new().await;
    let jane = world.user("jane").await.account.id;
    let mut work = world.work();
    let inactive = world.superuser("inactive").await;
    let deleted = world.superuser("deleted").await;
    let logged_out = world.superuser("logged-out").await;
    world.stored.set_active(&mut work, inactive.account.id, false).await.unwrap();
    Accounts::delete(&*world.stored, &mut work, deleted.account.id).await.unwrap();
    world.sessions.revoke(&mut work, &logged_out.session).await.unwrap();

    for (caller, expected) in [
        (inactive, TokenError::InactiveAccount),
        (deleted, TokenError::UnknownAccount),
        (logged_out, TokenError::Revoked),
    ] {
        let outcome = world.accounts.toggle_active(&mut work, as_admin(&caller), jane).await;
        match outcome {
            Err(Error::Unauthenticated(reason)) => assert_eq!(reason, expected),
            other => panic!("expected {expected:?}, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_requirement_is_met_by_those_it_names() {
    let world = World::new().await;
    let manager = world.holder("manager", &[codename::MANAGE_USERS]).await;
    let admin = world.admin("admin").await;
    let root = world.superuser("root").await;
    let user = world.user("user").await;
    let manage = Requirement::Permission(codename::MANAGE_USERS);

    for (caller, requirement, expected) in [
        (&manager, manage, true),
        (&admin, manage, true),
        (&root, manage, true),
        (&user, manage, false),
        (&manager, Requirement::Admin, false),
        (&admin, Requirement::Admin, true),
        (&root, Requirement::Admin, true),
        (&admin, Requirement::Staff, false),
        (&root, Requirement::Staff, true),
    ] {
        let outcome =
            requirement.check(&mut world.work(), &*world.assignments, &caller.account).await;
        let name = caller.account.username.as_str();
        assert_eq!(outcome.is_ok(), expected, "{name} {requirement:?}");
    }
}
