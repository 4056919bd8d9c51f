//! Tests of invariants that hold in every order of concurrent calls.

use std::sync::Arc;

use loggia_rbac::{Assignments, Error, Permissions, RolePatch, Roles, codename};

use crate::world::{World, at_once, new_role, root};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_equal_assignments_one_is_kept() {
    let world = World::new().await;
    let alice = world.account("alice").await;
    let role = world.role("One", &[codename::VIEW_USERS]).await.id;

    let outcomes = at_once(20, |_| {
        let world = Arc::clone(&world);
        async move { world.assignments.assign(&mut world.work(), root(), alice, role).await }
    })
    .await;

    let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 19);
    for error in refused {
        assert!(matches!(error, Error::AlreadyAssigned), "{error:?}");
    }
}

/// A caller who assigns a role while it receives permissions either assigns the empty role or is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assignment_checks_the_current_permissions_of_the_role() {
    let world = World::new().await;
    let assigner = world.holder("assigner", &[codename::MANAGE_USER_ROLES]).await;
    let all = world.ids(&codename::ALL).await;
    for round in 0..10 {
        let role = world.role(&format!("Role {round}"), &[]).await.id;
        let alice = world.account(&format!("alice{round}")).await;
        let filling = {
            let (world, all) = (Arc::clone(&world), all.clone());
            tokio::spawn(async move {
                let patch = RolePatch { permissions: Some(all), ..RolePatch::default() };
                let filled = world.roles.update(&mut world.work(), root(), role, patch).await;
                filled.map(|_| ())
            })
        };
        let assigning = {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                world.assignments.assign(&mut world.work(), assigner, alice, role).await
            })
        };
        filling.await.unwrap().unwrap();
        match assigning.await.unwrap() {
            Ok(_) => assert_eq!(world.codenames(alice).await.len(), 6),
            Err(Error::PrivilegeEscalation) => assert!(world.codenames(alice).await.is_empty()),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// After concurrent changes of one role to different sets of permissions, the role has one complete set.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_changes_leave_one_complete_set_of_permissions() {
    let world = World::new().await;
    let role = world.role("One", &codename::ALL).await.id;
    let sets = [
        world.ids(&[codename::VIEW_USERS, codename::MANAGE_USERS]).await,
        world.ids(&[codename::VIEW_ROLES, codename::MANAGE_USERS]).await,
        world.ids(&codename::ALL).await,
    ];

    let outcomes = at_once(24, |n| {
        let (world, set) = (Arc::clone(&world), sets[n % sets.len()].clone());
        async move {
            let patch = RolePatch { permissions: Some(set), ..RolePatch::default() };
            world.roles.update(&mut world.work(), root(), role, patch).await
        }
    })
    .await;

    for outcome in outcomes {
        outcome.unwrap();
    }
    let granted = world.roles.by_id(&mut world.work(), role).await.unwrap().permissions;
    let granted = granted.into_iter().map(|permission| permission.id).collect();
    assert!(sets.contains(&granted), "{granted:?}");
}

/// Deleting permissions while roles with them are created and changed causes no deadlock, and leaves no role with a deleted
/// permission.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn permissions_are_deleted_while_roles_receive_them() {
    let world = World::new().await;
    for round in 0..6 {
        let mut ids = Vec::new();
        for n in 0..4 {
            let new = loggia_rbac::NewPermission {
                name: "N".to_owned(),
                codename: format!("c{round}.{n}"),
                description: String::new(),
            };
            ids.push(world.permissions.create(&mut world.work(), root(), new).await.unwrap().id);
        }
        let role = world.role(&format!("Role {round}"), &[]).await.id;
        let outcomes = at_once(12, |n| {
            let (world, ids) = (Arc::clone(&world), ids.clone());
            async move {
                match n % 3 {
                    0 => world.permissions.delete(&mut world.work(), root(), ids[n / 3]).await,
                    1 => {
                        let patch = RolePatch {
                            permissions: Some(ids.into_iter().collect()),
                            ..RolePatch::default()
                        };
                        world.roles.update(&mut world.work(), root(), role, patch).await.map(drop)
                    }
                    _ => {
                        let requested = ids.into_iter().rev().take(2).collect();
                        let new = new_role(&format!("New {round}.{n}"), requested);
                        world.roles.create(&mut world.work(), root(), new).await.map(drop)
                    }
                }
            }
        })
        .await;

        for outcome in outcomes {
            assert!(matches!(outcome, Ok(()) | Err(Error::UnknownPermission(_))), "{outcome:?}");
        }
        assert!(world.roles.by_id(&mut world.work(), role).await.unwrap().permissions.is_empty());
    }
}
