//! What must hold however requests race.

use std::sync::Arc;

use loggia_kernel::{OrgId, PageRequest};
use loggia_tagging::{Error, Order, Result, Tags, TargetKind, TargetRef};

use crate::world::{World, at_once, contact, name};

async fn count(world: &World, organization: OrgId) -> u64 {
    let page = PageRequest::new(1, 0);
    world.tags.list(&mut world.work(), organization, Order::Id, page).await.unwrap().count
}

/// Nothing but what is meant to be refused.
fn sound<T: std::fmt::Debug>(outcome: &Result<T>) -> bool {
    !matches!(outcome, Err(Error::Store(_)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_equal_tags_one_is_made() {
    let world = World::new().await;
    let acme = world.organization("acme").await;
    let outcomes = at_once(20, |n| {
        let world = Arc::clone(&world);
        let text = if n.is_multiple_of(2) { "News Letter" } else { "news-letter" };
        async move { world.create(acme, text).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        assert!(matches!(outcome, Err(Error::Taken)), "{outcome:?}");
    }
    assert_eq!(count(&world, acme).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_assignments_of_the_same_new_names_make_each_once() {
    let world = World::new().await;
    let acme = world.organization("acme").await;
    for n in 0..4 {
        world.contact(acme, &format!("c{n}")).await;
    }
    let orders =
        [["a", "b", "c", "d"], ["d", "c", "b", "a"], ["C", "a", "D", "b"], ["b", "D", "A", "c"]];
    let outcomes = at_once(20, |n| {
        let world = Arc::clone(&world);
        let names = orders[(n / 4) % 4];
        async move { world.assign(contact(acme, &format!("c{}", n % 4)), &names).await }
    })
    .await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap().len(), 4);
    }
    assert_eq!(count(&world, acme).await, 4);
    assert_eq!(world.links().await, 16);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assignment_beside_the_deletion_of_its_contact_leaves_no_link() {
    let world = World::new().await;
    let acme = world.organization("acme").await;
    for round in 0..10 {
        let slug = format!("c{round}");
        let id = world.contact(acme, &slug).await;
        let assigning = at_once(4, |_| {
            let (world, slug) = (Arc::clone(&world), slug.clone());
            async move { world.assign(contact(acme, &slug), &["a", "b"]).await }
        });
        let (outcomes, ()) = tokio::join!(assigning, world.delete_contact(id));
        for outcome in outcomes {
            assert!(sound(&outcome), "{outcome:?}");
        }
        assert_eq!(world.links().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assignment_beside_the_move_of_its_contact_leaves_no_link() {
    let world = World::new().await;
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    for round in 0..10 {
        let slug = format!("c{round}");
        let id = world.contact(acme, &slug).await;
        let assigning = at_once(4, |_| {
            let (world, slug) = (Arc::clone(&world), slug.clone());
            async move { world.assign(contact(acme, &slug), &["a", "b"]).await }
        });
        let (outcomes, ()) = tokio::join!(assigning, world.move_contact(id, other));
        for outcome in outcomes {
            assert!(sound(&outcome), "{outcome:?}");
        }
        assert_eq!(world.links().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tagging_and_deleting_an_organization_do_not_deadlock() {
    let world = World::new().await;
    for round in 0..20 {
        let slug = format!("acme{round}");
        let acme = world.organization(&slug).await;
        let assigning = at_once(4, |_| {
            let (world, slug) = (Arc::clone(&world), slug.clone());
            async move {
                let itself = TargetRef {
                    organization: acme,
                    organization_slug: &slug,
                    kind: TargetKind::Organization,
                    name: &slug,
                };
                world.assign(itself, &["a", "b"]).await
            }
        });
        let (outcomes, ()) = tokio::join!(assigning, world.delete_organization(acme));
        for outcome in outcomes {
            assert!(sound(&outcome), "{outcome:?}");
        }
        assert_eq!(world.links().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn names_that_change_places_wait_in_no_circle() {
    let world = World::new().await;
    let acme = world.organization("acme").await;
    let mut ids = Vec::new();
    for text in ["a", "b", "c"] {
        ids.push(world.create(acme, text).await.unwrap().id);
    }
    let ids = Arc::new(ids);
    let outcomes = at_once(30, |n| {
        let (world, ids) = (Arc::clone(&world), Arc::clone(&ids));
        let text = ["b", "c", "a", "d", "e"][n % 5];
        async move {
            world
                .tags
                .rename(&mut world.work(), acme, ids[n % 3], Some(name(text)))
                .await
        }
    })
    .await;
    for outcome in outcomes {
        assert!(matches!(outcome, Ok(_) | Err(Error::Taken)), "{outcome:?}");
    }
    assert_eq!(count(&world, acme).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_at_once_in_one_organisation_deadlocks_nowhere() {
    let world = World::new().await;
    let other = world.organization("other").await;
    for round in 0..3 {
        let acme = world.organization(&format!("acme{round}")).await;
        let mut contacts = Vec::new();
        for n in 0..3 {
            contacts.push(world.contact(acme, &format!("c{round}-{n}")).await);
        }
        let contacts = Arc::new(contacts);
        let outcomes = at_once(48, |n| {
            let (world, contacts) = (Arc::clone(&world), Arc::clone(&contacts));
            let slug = format!("c{round}-{}", n % 3);
            async move {
                let object = contact(acme, &slug);
                match n % 8 {
                    0 => world.assign(object, &["a", "b", "c"]).await.map(drop),
                    1 => world.assign(object, &["c", "d", "a"]).await.map(drop),
                    2 => world.create(acme, "b").await.map(drop),
                    3 => match world.tags.by_slug(&mut world.work(), acme, "a").await {
                        Ok(tag) => world
                            .tags
                            .rename(&mut world.work(), acme, tag.id, Some(name("d")))
                            .await
                            .map(drop),
                        Err(error) => Err(error),
                    },
                    4 => match world.tags.by_slug(&mut world.work(), acme, "c").await {
                        Ok(tag) => world.tags.delete(&mut world.work(), acme, tag.id).await,
                        Err(error) => Err(error),
                    },
                    5 => world.tags.unassign(&mut world.work(), object, "b").await,
                    6 if n > 30 => {
                        world.move_contact(contacts[n % 3], other).await;
                        Ok(())
                    }
                    _ if n == 47 => {
                        world.delete_organization(acme).await;
                        Ok(())
                    }
                    _ => world.assign(object, &["b"]).await.map(drop),
                }
            }
        })
        .await;
        for outcome in outcomes {
            assert!(sound(&outcome), "{outcome:?}");
        }
        assert_eq!(count(&world, acme).await, 0);
        assert_eq!(world.links().await, 0);
    }
}
