//! The counts that triggers keep.

use std::sync::Arc;

use loggia_contacts::{ContactPatch, Contacts};
use loggia_kernel::OrgId;

use crate::world::{World, details};

fn to(org: OrgId) -> ContactPatch {
    ContactPatch { organization_id: Some(org), ..ContactPatch::default() }
}

#[tokio::test]
async fn counts_follow_every_change() {
    let world = World::new().await;
    let work = &mut world.work();
    let (a, b) = (world.org("a").await, world.org("b").await);
    for name in ["one", "two", "three"] {
        world.create(a, name).await;
    }
    assert_eq!((world.counted(a).await, world.counted(b).await), (Some(3), None));

    world.contacts.update(work, &[a], "one", to(b)).await.unwrap();
    let moved = details(b, "two");
    world.contacts.replace(work, &[a], "two", moved).await.unwrap();
    assert_eq!((world.counted(a).await, world.counted(b).await), (Some(1), Some(2)));

    // Back, from the organisation with the greater id to the one with the smaller.
    world.contacts.update(work, &[b], "one", to(a)).await.unwrap();
    assert_eq!((world.counted(a).await, world.counted(b).await), (Some(2), Some(1)));

    world.contacts.delete(work, &[a], "one").await.unwrap();
    assert_eq!(world.counted(a).await, Some(1));

    world.delete_org(a).await;
    assert_eq!((world.counted(a).await, world.counted(b).await), (None, Some(1)));
    assert!(world.contacts.by_slug(work, &[a, b], "three").await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn moves_that_cross_wait_for_each_other_in_turn() {
    let world = World::new().await;
    let orgs = [world.org("a").await, world.org("b").await];
    for n in 0..8 {
        world.create(orgs[n % 2], &format!("c{n}")).await;
    }

    let mut tasks = Vec::new();
    for n in 0..8 {
        let world = Arc::clone(&world);
        tasks.push(tokio::spawn(async move {
            for turn in 0..10 {
                let target = orgs[(n + turn + 1) % 2];
                let slug = format!("c{n}");
                let moved =
                    world.contacts.update(&mut world.work(), &orgs, &slug, to(target)).await;
                assert_eq!(moved.unwrap().organization_id, target);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }

    for org in orgs {
        assert_eq!(world.counted(org).await, Some(4));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_move_and_a_delete_at_once_the_count_stays_true() {
    let world = World::new().await;
    let orgs = [world.org("a").await, world.org("b").await];
    for n in 0..10 {
        world.create(orgs[0], &format!("c{n}")).await;
    }

    let mut tasks = Vec::new();
    for n in 0..20_usize {
        let world = Arc::clone(&world);
        tasks.push(tokio::spawn(async move {
            let slug = format!("c{}", n / 2);
            if n % 2 == 0 {
                let moved =
                    world.contacts.update(&mut world.work(), &orgs, &slug, to(orgs[1])).await;
                assert!(matches!(moved, Ok(_) | Err(loggia_contacts::Error::NotFound)));
            } else {
                world.contacts.delete(&mut world.work(), &orgs, &slug).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }

    let mut counted = 0;
    for org in orgs {
        counted += world.counted(org).await.unwrap_or_default();
    }
    assert_eq!(counted, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_organisation_that_goes_while_contacts_come_and_go_takes_its_count_along() {
    let world = World::new().await;
    let (a, b) = (world.org("a").await, world.org("b").await);
    for n in 0..20 {
        world.create(a, &format!("c{n}")).await;
    }

    let mut tasks = Vec::new();
    for n in 0..20 {
        let world = Arc::clone(&world);
        tasks.push(tokio::spawn(async move {
            if n == 5 {
                world.delete_org(a).await;
                return;
            }
            let slug = format!("c{n}");
            let outcome = match n % 3 {
                0 => world.contacts.update(&mut world.work(), &[a, b], &slug, to(b)).await,
                1 => world.contacts.delete(&mut world.work(), &[a, b], &slug).await,
                _ => {
                    let new = crate::world::new(a, &format!("new{n}"));
                    world.contacts.create(&mut world.work(), new).await
                }
            };
            assert!(
                matches!(
                    outcome,
                    Ok(_) | Err(loggia_contacts::Error::NotFound | loggia_contacts::Error::Gone)
                ),
                "{outcome:?}"
            );
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }

    assert_eq!(world.counted(a).await, None);
    let left = world
        .contacts
        .list(
            &mut world.work(),
            &[a, b],
            &loggia_contacts::ContactQuery::page(loggia_kernel::PageRequest::new(100, 0)),
        )
        .await
        .unwrap();
    assert!(left.items.iter().all(|contact| contact.organization_id == b));
    let counted = world.counted(b).await.unwrap_or_default();
    assert_eq!(i64::try_from(left.items.len()).unwrap(), counted);
}
