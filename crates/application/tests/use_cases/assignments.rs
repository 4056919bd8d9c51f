//! Assignment of roles and their removal.

use loggia_application::Error;
use loggia_kernel::list::ListRequest;
use loggia_rbac::{self as rbac, ADMIN_ROLE, Assignments, Roles, codename};

use crate::{assert_refused, fixtures::World};

#[tokio::test]
async fn roles_are_assigned_and_removed_by_callers_with_the_permission() {
    let world = World::new().await;
    let manager =
        world.holder("manager", &[codename::MANAGE_USER_ROLES, codename::VIEW_USERS]).await;
    let jane = world.user("jane").await;
    let role = world.role("Viewer", &[codename::VIEW_USERS]).await;
    let mut work = world.work();

    let refused = world.role_assignment.assign(&mut work, &jane, jane.account.id, role.id).await;
    assert_refused!(refused, Error::Forbidden);
    let assignment =
        world.role_assignment.assign(&mut work, &manager, jane.account.id, role.id).await.unwrap();
    assert_eq!(world.codenames(jane.account.id).await, [codename::VIEW_USERS]);

    let refused = world.role_assignment.remove(&mut work, &jane, assignment.id).await;
    assert_refused!(refused, Error::Forbidden);
    world.role_assignment.remove(&mut work, &manager, assignment.id).await.unwrap();
    assert_refused!(world.assignments.by_id(&mut work, assignment.id).await, rbac::Error::NotFound);
}

/// A caller with all codenames who is not an administrator cannot make an administrator a plain user.
#[tokio::test]
async fn the_built_in_role_is_removed_only_with_authority_over_the_account() {
    let world = World::new().await;
    let holder = world.holder("holder", &codename::ALL).await;
    let admin = world.admin("admin").await;
    let built_in = world.roles.by_name(&mut world.work(), ADMIN_ROLE).await;
    let built_in = built_in.unwrap().id;
    let mut work = world.work();
    let all = world.assignments.list(&mut work, &ListRequest::ALL).await;
    let all = all.unwrap().items;
    let assignment = all.iter().find(|found| found.role_id == built_in).unwrap();

    let refused = world.role_assignment.remove(&mut work, &holder, assignment.id).await;
    assert_refused!(refused, Error::Forbidden);
    assert_eq!(world.codenames(admin.account.id).await.len(), 6);
}
