//! Assignment and removal of roles.

use loggia_db::Work;
use loggia_kernel::{AccountId, Clock, list::ListRequest};
use loggia_rbac::{ADMIN_ROLE, AssignmentId, Assignments, Error, Result, RoleId, Roles, codename};

use crate::{
    assert_refused,
    world::{World, root},
};

#[tokio::test]
async fn an_account_has_a_role_once() {
    let world = World::new().await;
    let alice = world.account("alice").await;
    let role = world.role("One", &[codename::VIEW_USERS]).await;

    let made = world.assignments.assign(&mut world.work(), root(), alice, role.id).await.unwrap();
    assert_eq!((made.account_id, made.role_id), (alice, role.id));
    assert_eq!(made.created_at, world.clock.now());
    assert_refused!(
        world.assignments.assign(&mut world.work(), root(), alice, role.id).await,
        Error::AlreadyAssigned
    );
    world.assignments.ensure_assigned(&mut world.work(), root(), alice, role.id).await.unwrap();
    let all = world.assignments.list(&mut world.work(), &ListRequest::ALL).await.unwrap().items;
    assert_eq!(all.iter().collect::<Vec<_>>(), [&made]);
    world.assignments.remove(&mut world.work(), root(), made.id).await.unwrap();
    assert_refused!(
        world.assignments.remove(&mut world.work(), root(), made.id).await,
        Error::NotFound
    );
    assert!(world.codenames(alice).await.is_empty());
}

#[tokio::test]
async fn assigning_and_removing_twice_changes_nothing() {
    let world = World::new().await;
    let alice = world.account("alice").await;
    let role = world.role("One", &[codename::VIEW_USERS]).await;

    for _ in 0..2 {
        world.assignments.ensure_assigned(&mut world.work(), root(), alice, role.id).await.unwrap();
        assert_eq!(world.codenames(alice).await, ["view_users"]);
    }
    for _ in 0..2 {
        world
            .assignments
            .ensure_unassigned(&mut world.work(), root(), alice, role.id)
            .await
            .unwrap();
        assert!(world.codenames(alice).await.is_empty());
    }
}

#[tokio::test]
async fn unknown_roles_and_accounts_are_refused() {
    let world = World::new().await;
    let alice = world.account("alice").await;
    let role = world.role("One", &[]).await;
    let (no_account, no_role) = (AccountId::new(999_999), RoleId::new(999_999));

    assert_refused!(
        world.assignments.assign(&mut world.work(), root(), no_account, role.id).await,
        Error::UnknownAccount(_)
    );
    assert_refused!(
        world.assignments.assign(&mut world.work(), root(), alice, no_role).await,
        Error::UnknownRole(_)
    );
    assert_refused!(
        world.assignments.ensure_unassigned(&mut world.work(), root(), alice, no_role).await,
        Error::UnknownRole(_)
    );
    let id = AssignmentId::new(999_999);
    assert_refused!(world.assignments.by_id(&mut world.work(), id).await, Error::NotFound);
}

#[tokio::test]
async fn callers_cannot_assign_or_remove_roles_beyond_their_permissions() {
    let world = World::new().await;
    let actor = world.holder("actor", &[codename::MANAGE_USER_ROLES]).await;
    let alice = world.account("alice").await;
    let admin = world.roles.by_name(&mut world.work(), ADMIN_ROLE).await.unwrap();

    for account in [alice, actor.account] {
        assert_refused!(
            world.assignments.assign(&mut world.work(), actor, account, admin.id).await,
            Error::PrivilegeEscalation
        );
        assert_refused!(
            world.assignments.ensure_assigned(&mut world.work(), actor, account, admin.id).await,
            Error::PrivilegeEscalation
        );
        // Removing a role that is not assigned succeeds without effect.
        world
            .assignments
            .ensure_unassigned(&mut world.work(), actor, account, admin.id)
            .await
            .unwrap();
    }
    assert_eq!(world.codenames(actor.account).await, ["manage_user_roles"]);
    let above = world.assignments.assign(&mut world.work(), root(), alice, admin.id).await.unwrap();
    assert_refused!(
        world.assignments.remove(&mut world.work(), actor, above.id).await,
        Error::PrivilegeEscalation
    );
    assert_refused!(
        world.assignments.ensure_unassigned(&mut world.work(), actor, alice, admin.id).await,
        Error::PrivilegeEscalation
    );
    assert_eq!(world.codenames(alice).await.len(), 6);
}

#[tokio::test]
async fn assignments_are_deleted_with_their_account() {
    let world = World::new().await;
    let alice = world.account("alice").await;
    let role = world.role("One", &[]).await;
    world.assignments.assign(&mut world.work(), root(), alice, role.id).await.unwrap();

    world.forget(alice).await;
    assert!(
        world
            .assignments
            .list(&mut world.work(), &ListRequest::ALL)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn joins_the_transaction_of_its_caller() {
    let world = World::new().await;
    let alice = world.account("alice").await;
    let role = world.role("One", &[codename::VIEW_USERS]).await;

    let outcome = world
        .db
        .db()
        .transaction(async |work: &mut Work| -> Result<()> {
            world.assignments.ensure_assigned(work, root(), alice, role.id).await?;
            let codenames = world.assignments.codenames_of(work, alice).await?;
            assert!(codenames.contains(codename::VIEW_USERS));
            Err(Error::NotFound)
        })
        .await;
    assert_refused!(outcome, Error::NotFound);
    assert!(world.codenames(alice).await.is_empty());
}
