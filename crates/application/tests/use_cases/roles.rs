//! Creation, change and deletion of roles.

use loggia_application::Error;
use loggia_rbac::{self as rbac, RolePatch, Roles, codename};

use crate::{assert_refused, fixtures::World};

#[tokio::test]
async fn roles_are_for_callers_with_the_permission() {
    let world = World::new().await;
    let manager = world.holder("manager", &[codename::MANAGE_ROLES, codename::VIEW_USERS]).await;
    let user = world.user("user").await;
    let mut work = world.work();

    let new = world.new_role("Viewer", &[codename::VIEW_USERS]).await;
    let refused = world.role_management.create(&mut work, &user, new.clone());
    assert_refused!(refused.await, Error::Forbidden);
    let role = world.role_management.create(&mut work, &manager, new).await;
    let role = role.unwrap();

    let patch = RolePatch { description: Some("Views users".to_owned()), ..RolePatch::default() };
    let refused = world.role_management.update(&mut work, &user, role.id, patch.clone()).await;
    assert_refused!(refused, Error::Forbidden);
    let role = world.role_management.update(&mut work, &manager, role.id, patch).await.unwrap();
    assert_eq!(role.description, "Views users");

    let refused = world.role_management.delete(&mut work, &user, role.id);
    assert_refused!(refused.await, Error::Forbidden);
    let deleted = world.role_management.delete(&mut work, &manager, role.id);
    deleted.await.unwrap();
    assert_refused!(world.roles.by_id(&mut work, role.id).await, rbac::Error::NotFound);
}

#[tokio::test]
async fn a_role_beyond_the_permissions_of_the_caller_is_refused() {
    let world = World::new().await;
    let manager = world.holder("manager", &[codename::MANAGE_ROLES]).await;

    let new = world.new_role("Viewer", &[codename::VIEW_USERS]).await;
    let outcome = world.role_management.create(&mut world.work(), &manager, new).await;
    assert_refused!(outcome, Error::Rbac(rbac::Error::PrivilegeEscalation));
}
