//! Tests that at least one active superuser always remains.

use std::sync::Arc;

use loggia_identity::{Accounts, Error};
use loggia_kernel::PageRequest;

use crate::{
    assert_refused,
    world::{World, at_once},
};

async fn active_superusers(world: &World) -> usize {
    let all = world
        .accounts
        .list(&mut world.work(), PageRequest::new(100, 0))
        .await
        .unwrap();
    let is_active = |a: &&loggia_identity::Account| a.is_superuser && a.is_active;
    all.items.iter().filter(is_active).count()
}

#[tokio::test]
async fn the_last_one_cannot_be_removed() {
    let world = World::new().await;
    let (root, admin) = (
        world.register_superuser("root").await,
        world.register_superuser("admin").await,
    );
    let user = world.register("user").await;

    world
        .accounts
        .set_active(&mut world.work(), user.id, false)
        .await
        .unwrap();
    world
        .accounts
        .set_active(&mut world.work(), admin.id, false)
        .await
        .unwrap();

    assert_refused!(
        world
            .accounts
            .set_active(&mut world.work(), root.id, false)
            .await,
        Error::LastSuperuser
    );
    assert_refused!(
        world.accounts.delete(&mut world.work(), root.id).await,
        Error::LastSuperuser
    );
    world
        .accounts
        .delete(&mut world.work(), user.id)
        .await
        .unwrap();
    world
        .accounts
        .delete(&mut world.work(), admin.id)
        .await
        .unwrap();
    assert_eq!(active_superusers(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_that_deactivate_each_other_concurrently_one_succeeds_at_most() {
    for round in 0..6 {
        let world = World::new().await;
        let pair = [
            world.register_superuser("one").await.id,
            world.register_superuser("other").await.id,
        ];
        let outcomes = at_once(2, |n| {
            let (world, id) = (Arc::clone(&world), pair[n]);
            async move {
                if round % 2 == 0 {
                    world
                        .accounts
                        .set_active(&mut world.work(), id, false)
                        .await
                        .map(drop)
                } else {
                    world.accounts.delete(&mut world.work(), id).await
                }
            }
        })
        .await;

        assert_eq!(active_superusers(&world).await, 1);
        let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
        assert!(
            matches!(refused.as_slice(), [Error::LastSuperuser]),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_concurrent_removals_of_all_one_remains() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(world.register_superuser(&format!("root{n}")).await.id);
    }

    let outcomes = at_once(10, |n| {
        let (world, id) = (Arc::clone(&world), ids[n]);
        async move {
            world
                .accounts
                .set_active(&mut world.work(), id, false)
                .await
                .map(drop)
        }
    })
    .await;

    assert_eq!(active_superusers(&world).await, 1);
    let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(
        matches!(refused.as_slice(), [Error::LastSuperuser]),
        "{refused:?}"
    );
}
