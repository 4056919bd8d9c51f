//! Creation, change and deletion of roles.

use loggia_kernel::{
    PageRequest,
    list::{ListRequest, Search, SortDirection},
};
use loggia_rbac::{
    ADMIN_ROLE, Error, Field, PermissionId, RoleField, RoleId, RolePatch, Roles, codename,
};

use crate::{
    assert_refused,
    world::{World, new_role, root},
};

fn with_permissions(permissions: impl IntoIterator<Item = PermissionId>) -> RolePatch {
    RolePatch { permissions: Some(permissions.into_iter().collect()), ..RolePatch::default() }
}

#[tokio::test]
async fn the_built_in_role_has_the_six_permissions_and_cannot_be_changed() {
    let world = World::new().await;
    let admin = world.roles.by_name(&mut world.work(), ADMIN_ROLE).await.unwrap();

    assert!(admin.is_built_in);
    let granted = admin.permissions.iter().map(|p| &*p.codename);
    assert_eq!(granted.collect::<Vec<_>>(), codename::ALL);
    assert_refused!(
        world.roles.update(&mut world.work(), root(), admin.id, RolePatch::default()).await,
        Error::Protected
    );
    assert_refused!(
        world.roles.find_changeable(&mut world.work(), root(), admin.id).await,
        Error::Protected
    );
    assert_refused!(
        world.roles.delete(&mut world.work(), root(), admin.id).await,
        Error::Protected
    );
}

#[tokio::test]
async fn by_name_prefers_the_built_in_role_then_an_exact_match_then_the_oldest() {
    let world = World::new().await;
    world.role("admin", &[]).await;
    let upper = world.role("EDITORS", &[]).await;
    let exact = world.role("Editors", &[]).await;

    assert!(world.roles.by_name(&mut world.work(), "admin").await.unwrap().is_built_in);
    assert_eq!(world.roles.by_name(&mut world.work(), "Editors").await.unwrap(), exact);
    assert_eq!(world.roles.by_name(&mut world.work(), "editors").await.unwrap(), upper);
    assert_refused!(world.roles.by_name(&mut world.work(), "editor").await, Error::NotFound);
    assert_refused!(world.roles.by_name(&mut world.work(), "a\0b").await, Error::NotFound);
}

#[tokio::test]
async fn names_are_unique_and_case_sensitive() {
    let world = World::new().await;
    let one = world.role("One", &[]).await;
    let other = world.role("one", &[]).await;

    let new = new_role("One", [].into());
    assert_refused!(
        world.roles.create(&mut world.work(), root(), new).await,
        Error::Taken { field: Field::RoleName }
    );
    let patch = RolePatch { name: Some("One".to_owned()), ..RolePatch::default() };
    assert_refused!(
        world.roles.update(&mut world.work(), root(), other.id, patch.clone()).await,
        Error::Taken { field: Field::RoleName }
    );
    assert_eq!(world.roles.update(&mut world.work(), root(), one.id, patch).await.unwrap(), one);
    assert!(!world.roles.is_name_free(&mut world.work(), "One", None).await.unwrap());
    assert!(world.roles.is_name_free(&mut world.work(), "One", Some(one.id)).await.unwrap());
}

#[tokio::test]
async fn a_role_has_the_permissions_it_is_given_and_no_unknown_ones() {
    let world = World::new().await;
    let role = world.role("One", &[codename::VIEW_USERS]).await;
    let requested = world.ids(&[codename::VIEW_ROLES, codename::MANAGE_ROLES]).await;

    let changed = world
        .roles
        .update(&mut world.work(), root(), role.id, with_permissions(requested.clone()))
        .await;
    let granted = changed.unwrap().permissions.into_iter().map(|p| p.id);
    assert_eq!(granted.collect::<Vec<_>>(), Vec::from_iter(requested));
    let unknown = PermissionId::new(999_999);
    assert_refused!(
        world.roles.update(&mut world.work(), root(), role.id, with_permissions([unknown])).await,
        Error::UnknownPermission(_)
    );
    assert_refused!(
        world.roles.create(&mut world.work(), root(), new_role("Two", [unknown].into())).await,
        Error::UnknownPermission(_)
    );
    let emptied =
        world.roles.update(&mut world.work(), root(), role.id, with_permissions([])).await;
    assert!(emptied.unwrap().permissions.is_empty());
    assert_refused!(
        world
            .roles
            .update(&mut world.work(), root(), RoleId::new(999_999), with_permissions([]))
            .await,
        Error::NotFound
    );
}

#[tokio::test]
async fn callers_cannot_create_change_or_delete_roles_beyond_their_permissions() {
    let world = World::new().await;
    let actor = world.holder("actor", &[codename::MANAGE_ROLES, codename::VIEW_ROLES]).await;
    let own = world.ids(&[codename::MANAGE_ROLES, codename::VIEW_ROLES]).await;
    let more = world.ids(&[codename::VIEW_ROLES, codename::VIEW_USERS]).await;

    assert_refused!(
        world.roles.create(&mut world.work(), actor, new_role("More", more.clone())).await,
        Error::PrivilegeEscalation
    );
    let mine = world.roles.create(&mut world.work(), actor, new_role("Mine", own)).await.unwrap();
    assert_refused!(
        world.roles.update(&mut world.work(), actor, mine.id, with_permissions(more)).await,
        Error::PrivilegeEscalation
    );
    let above = world.role("Above", &[codename::VIEW_USERS]).await;
    assert_refused!(
        world.roles.update(&mut world.work(), actor, above.id, with_permissions([])).await,
        Error::PrivilegeEscalation
    );
    assert_refused!(
        world.roles.find_changeable(&mut world.work(), actor, above.id).await,
        Error::PrivilegeEscalation
    );
    assert_refused!(
        world.roles.delete(&mut world.work(), actor, above.id).await,
        Error::PrivilegeEscalation
    );
    assert_eq!(world.roles.by_id(&mut world.work(), above.id).await.unwrap(), above);
    world.roles.delete(&mut world.work(), actor, mine.id).await.unwrap();
}

#[tokio::test]
async fn lists_by_search_and_order() {
    let world = World::new().await;
    for name in ["Äpfel", "apples", "50% ÄPFEL"] {
        world.role(name, &[codename::VIEW_USERS]).await;
    }
    let names = |listing: ListRequest<RoleField>| {
        let world = &world;
        async move {
            let page = world.roles.list(&mut world.work(), &listing).await.unwrap();
            let names = page.items.into_iter().map(|role| role.name);
            (names.collect::<Vec<_>>(), page.count)
        }
    };

    let all = names(ListRequest::ALL).await;
    assert_eq!(all.0, ["Admin", "Äpfel", "apples", "50% ÄPFEL"]);
    let found = ListRequest {
        search: Search::of("äpfel"),
        order: vec![(RoleField::Name, SortDirection::Ascending)],
        page: Some(PageRequest::new(1, 1)),
    };
    assert_eq!(names(found).await, (vec!["Äpfel".to_owned()], 2));
    let literal = ListRequest { search: Search::of("0%"), ..ListRequest::ALL };
    assert_eq!(names(literal).await.0, ["50% ÄPFEL"]);
}
