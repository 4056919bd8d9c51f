//! Slugs: unique among all organisations, cheap to find, steady.

use std::{collections::BTreeSet, sync::Arc};

use loggia_contacts::{ContactPatch, Contacts};

use crate::world::{World, details, new};

fn called(name: &str) -> ContactPatch {
    ContactPatch { display_name: Some(name.to_owned()), ..ContactPatch::default() }
}

#[tokio::test]
async fn the_first_free_number_follows_whatever_the_organisation() {
    let world = World::new().await;
    let (a, b) = (world.org("a").await, world.org("b").await);
    let mut slugs = Vec::new();
    for n in 0..6 {
        let org = if n % 2 == 0 { a } else { b };
        slugs.push(world.create(org, "Jane Doe").await.slug.to_string());
    }
    assert_eq!(
        slugs,
        ["jane-doe", "jane-doe-1", "jane-doe-2", "jane-doe-3", "jane-doe-4", "jane-doe-5"]
    );
}

#[tokio::test]
async fn long_names_keep_to_the_limit_and_nameless_ones_get_a_slug() {
    let world = World::new().await;
    let org = world.org("a").await;
    let long = "x".repeat(200);
    for expected in ["x".repeat(50), "x".repeat(48) + "-1", "x".repeat(48) + "-2"] {
        assert_eq!(world.create(org, &long).await.slug.as_str(), expected);
    }
    assert_eq!(world.create(org, "日本").await.slug.as_str(), "contact");
    assert_eq!(world.create(org, "東京").await.slug.as_str(), "contact-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_of_one_name_at_once_get_twenty_slugs() {
    let world = World::new().await;
    let org = world.org("a").await;
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let world = Arc::clone(&world);
        tasks.push(tokio::spawn(async move {
            let contact = world.contacts.create(&mut world.work(), new(org, "Jane Doe")).await;
            contact.unwrap().slug.to_string()
        }));
    }
    let mut slugs = BTreeSet::new();
    for task in tasks {
        slugs.insert(task.await.unwrap());
    }
    let expected: BTreeSet<String> = (0..20)
        .map(|n| match n {
            0 => "jane-doe".to_owned(),
            n => format!("jane-doe-{n}"),
        })
        .collect();
    assert_eq!(slugs, expected);
    assert_eq!(world.counted(org).await, Some(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_renamed_to_one_name_at_once_get_twenty_slugs() {
    let world = World::new().await;
    let org = world.org("a").await;
    for n in 0..20 {
        world.create(org, &format!("Person {n}")).await;
    }
    let mut tasks = Vec::new();
    for n in 0..20 {
        let world = Arc::clone(&world);
        tasks.push(tokio::spawn(async move {
            let slug = format!("person-{n}");
            let contact =
                world.contacts.update(&mut world.work(), &[org], &slug, called("Jane")).await;
            contact.unwrap().slug.to_string()
        }));
    }
    let mut slugs = BTreeSet::new();
    for task in tasks {
        slugs.insert(task.await.unwrap());
    }
    assert_eq!(slugs.len(), 20);
    assert!(slugs.contains("jane"));
}

#[tokio::test]
async fn a_new_name_makes_a_new_slug_and_the_same_name_none() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("a").await;
    world.create(org, "Jane").await;
    let second = world.create(org, "Jane").await;
    assert_eq!(second.slug.as_str(), "jane-1");
    let contacts = &world.contacts;

    for same in ["Jane", "JANE", " jane!"] {
        let kept = contacts.update(work, &[org], "jane-1", called(same)).await;
        assert_eq!(kept.unwrap().slug.as_str(), "jane-1");
    }
    let renamed = contacts.update(work, &[org], "jane-1", called("Joan")).await;
    assert_eq!(renamed.unwrap().slug.as_str(), "joan");
    assert!(contacts.by_slug(work, &[org], "jane-1").await.is_err());
    let back = contacts.update(work, &[org], "joan", called("Jane")).await;
    assert_eq!(back.unwrap().slug.as_str(), "jane-1");
    // A full update leaves the slug, so the next patch of the name brings it up to date.
    let full = contacts.replace(work, &[org], "jane-1", details(org, "Anna")).await;
    assert_eq!(full.unwrap().slug.as_str(), "jane-1");
    let patched = contacts.update(work, &[org], "jane-1", called("Anna")).await;
    assert_eq!(patched.unwrap().slug.as_str(), "anna");
}
