//! Creation, change and deletion of permissions.

use loggia_application::Error;
use loggia_rbac::{
    self as rbac, NewPermission, PermissionPatch, Permissions, StoredPermissions, codename,
};

use crate::{assert_refused, fixtures::World};

fn launch() -> NewPermission {
    NewPermission {
        name: "Launch".to_owned(),
        codename: "launch".to_owned(),
        description: String::new(),
    }
}

#[tokio::test]
async fn permissions_are_for_callers_with_the_permission() {
    let world = World::new().await;
    let manager = world.holder("manager", &[codename::MANAGE_PERMISSIONS]);
    let (manager, user) = (manager.await, world.user("user").await);
    let permissions = &world.permission_management;
    let mut work = world.work();

    let refused = permissions.create(&mut work, &user, launch()).await;
    assert_refused!(refused, Error::Forbidden);
    let created = permissions.create(&mut work, &manager, launch()).await;
    let id = created.unwrap().id;

    let patch = PermissionPatch { name: Some("Start".to_owned()), ..PermissionPatch::default() };
    let refused = permissions.update(&mut work, &user, id, patch.clone()).await;
    assert_refused!(refused, Error::Forbidden);
    let updated = permissions.update(&mut work, &manager, id, patch).await;
    assert_eq!(updated.unwrap().name, "Start");

    let refused = permissions.delete(&mut work, &user, id).await;
    assert_refused!(refused, Error::Forbidden);
    permissions.delete(&mut work, &manager, id).await.unwrap();
    assert_refused!(StoredPermissions.by_id(&mut work, id).await, rbac::Error::NotFound);
}
