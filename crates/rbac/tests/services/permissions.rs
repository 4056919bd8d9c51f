//! Creation, change and deletion of permissions.

use loggia_kernel::list::{ListRequest, Search, SortDirection};
use loggia_rbac::{
    Assignments, Error, Field, NewPermission, PermissionField, PermissionId, PermissionPatch,
    Permissions, Roles, codename,
};

use crate::{
    assert_refused,
    world::{World, new_role, root},
};

fn new(codename: &str) -> NewPermission {
    NewPermission {
        name: format!("Name of {codename}"),
        codename: codename.to_owned(),
        description: String::new(),
    }
}

fn renamed(codename: &str) -> PermissionPatch {
    PermissionPatch { codename: Some(codename.to_owned()), ..PermissionPatch::default() }
}

#[tokio::test]
async fn the_six_system_permissions_exist_and_cannot_be_changed() {
    let world = World::new().await;
    let all = world.permissions.list(&mut world.work(), &ListRequest::ALL).await.unwrap();

    assert_eq!((all.items.len(), all.count), (6, 6));
    for permission in all.items {
        assert!(permission.is_system && codename::ALL.contains(&&*permission.codename));
        let id = permission.id;
        let patch = PermissionPatch::default();
        assert_refused!(
            world.permissions.update(&mut world.work(), root(), id, patch).await,
            Error::Protected
        );
        assert_refused!(
            world.permissions.find_changeable(&mut world.work(), root(), id).await,
            Error::Protected
        );
        assert_refused!(
            world.permissions.delete(&mut world.work(), root(), id).await,
            Error::Protected
        );
    }
}

#[tokio::test]
async fn codenames_are_unique_and_case_sensitive() {
    let world = World::new().await;
    let actor = world.holder("actor", &[codename::MANAGE_PERMISSIONS]).await;
    let taken = Error::Taken { field: Field::Codename };

    let made =
        world.permissions.create(&mut world.work(), actor, new("Manage_Users")).await.unwrap();
    assert!(!made.is_system);
    let twice = world.permissions.create(&mut world.work(), actor, new("manage_users")).await;
    assert_eq!(twice.unwrap_err().to_string(), taken.to_string());
    let renamed =
        world.permissions.update(&mut world.work(), actor, made.id, renamed("view_users")).await;
    assert_eq!(renamed.unwrap_err().to_string(), taken.to_string());
    let is_free = async |except| {
        let mut work = world.work();
        let free = world.permissions.is_codename_free(&mut work, "Manage_Users", except);
        free.await.unwrap()
    };
    assert!(!is_free(None).await);
    assert!(is_free(Some(made.id)).await);
}

#[tokio::test]
async fn a_permission_in_a_role_is_changed_only_by_callers_who_have_it() {
    let world = World::new().await;
    let actor = world.holder("actor", &[codename::MANAGE_PERMISSIONS]).await;
    let publish = world.permissions.create(&mut world.work(), actor, new("publish")).await.unwrap();
    world
        .permissions
        .update(&mut world.work(), actor, publish.id, renamed("launch"))
        .await
        .unwrap();
    let role = new_role("Publishers", [publish.id].into());
    let role = world.roles.create(&mut world.work(), root(), role).await.unwrap();

    assert_refused!(
        world.permissions.update(&mut world.work(), actor, publish.id, renamed("other")).await,
        Error::PrivilegeEscalation
    );
    assert_refused!(
        world.permissions.find_changeable(&mut world.work(), actor, publish.id).await,
        Error::PrivilegeEscalation
    );
    assert_refused!(
        world.permissions.delete(&mut world.work(), actor, publish.id).await,
        Error::PrivilegeEscalation
    );
    world.assignments.assign(&mut world.work(), root(), actor.account, role.id).await.unwrap();
    assert_eq!(world.codenames(actor.account).await, ["launch", "manage_permissions"]);
    world.permissions.delete(&mut world.work(), actor, publish.id).await.unwrap();
    assert_eq!(world.codenames(actor.account).await, ["manage_permissions"]);
    assert_refused!(world.permissions.by_id(&mut world.work(), publish.id).await, Error::NotFound);
}

#[tokio::test]
async fn finds_the_existing_ids_among_many() {
    let world = World::new().await;
    let ids: Vec<_> = (1..=20_000).map(PermissionId::new).collect();

    assert_eq!(world.permissions.existing(&mut world.work(), &ids).await.unwrap().len(), 6);
}

#[tokio::test]
async fn lists_by_search_and_order() {
    let world = World::new().await;
    let listing = ListRequest {
        search: Search::of("USER"),
        order: vec![(PermissionField::Codename, SortDirection::Descending)],
        page: None,
    };

    let found = world.permissions.list(&mut world.work(), &listing).await.unwrap().items;
    let codenames: Vec<_> = found.iter().map(|found| &*found.codename).collect();
    assert_eq!(codenames, ["view_users", "manage_users", "manage_user_roles"]);
}
