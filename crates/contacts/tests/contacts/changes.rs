//! Making, reading, changing, moving and deleting.

use std::time::Duration;

use loggia_contacts::{ContactPatch, Contacts, Details, Error};
use loggia_kernel::{Change, Clock, OrgId};

use crate::world::{World, details, new};

#[tokio::test]
async fn a_contact_is_read_as_it_was_made() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("acme").await;
    let made = world
        .contacts
        .create(
            work,
            loggia_contacts::NewContact {
                details: Details {
                    first_name: Some("Jane".to_owned()),
                    notes: Some("Ä 🌱".to_owned()),
                    ..details(org, "Jane Doe")
                },
                ..new(org, "")
            },
        )
        .await
        .unwrap();

    assert_eq!(made.slug.as_str(), "jane-doe");
    assert_eq!(made.creator.as_ref().unwrap().as_str(), "jane");
    assert_eq!(made.notes.as_deref(), Some("Ä 🌱"));
    assert_eq!(made.avatar_path, None);
    assert_eq!(made.created_at, world.clock.now());
    let read = world.contacts.by_slug(work, &[org], "jane-doe").await.unwrap();
    assert_eq!(read, made);
}

#[tokio::test]
async fn what_is_in_another_organisation_is_not_there() {
    let world = World::new().await;
    let work = &mut world.work();
    let (ours, theirs) = (world.org("ours").await, world.org("theirs").await);
    let contact = world.create(theirs, "Jane").await;
    let contacts = &world.contacts;

    for orgs in [&[ours][..], &[]] {
        let missing = [
            contacts.by_slug(work, orgs, "jane").await.map(drop),
            contacts.replace(work, orgs, "jane", details(ours, "x")).await.map(drop),
            contacts.update(work, orgs, "jane", ContactPatch::default()).await.map(drop),
            contacts.delete(work, orgs, "jane").await.map(drop),
        ];
        for outcome in missing {
            assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
        }
    }
    let still = contacts.by_slug(work, &[ours, theirs], "jane").await.unwrap();
    assert_eq!(still, contact);
}

#[tokio::test]
async fn replacing_empties_what_is_not_named_and_leaves_the_slug() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("acme").await;
    let made = world.create(org, "Jane").await;
    world.clock.advance(Duration::from_secs(60));
    let first = Details {
        first_name: Some("A".to_owned()),
        email: Some("a@b.co".to_owned()),
        ..details(org, "Other")
    };

    let full = world.contacts.replace(work, &[org], "jane", first).await.unwrap();
    assert_eq!(full.email.as_deref(), Some("a@b.co"));
    let bare = details(org, "Third");
    let bare = world.contacts.replace(work, &[org], "jane", bare).await.unwrap();

    assert_eq!((bare.first_name, bare.email), (None, None));
    assert_eq!((bare.slug, bare.display_name.as_str()), (made.slug, "Third"));
    assert_eq!((bare.creator, bare.created_at), (made.creator, made.created_at));
    assert_eq!(bare.updated_at, world.clock.now());
}

#[tokio::test]
async fn a_patch_leaves_what_it_does_not_name() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("acme").await;
    world.create(org, "Jane").await;
    let patch = ContactPatch {
        phone: Change::Set("1".to_owned()),
        notes: Change::Set("n".to_owned()),
        ..ContactPatch::default()
    };
    world.contacts.update(work, &[org], "jane", patch).await.unwrap();
    let patch = ContactPatch { notes: Change::Clear, ..ContactPatch::default() };

    let contact = world.contacts.update(work, &[org], "jane", patch).await.unwrap();

    assert_eq!(contact.phone.as_deref(), Some("1"));
    assert_eq!(contact.notes, None);
    assert_eq!(contact.display_name, "Jane");
}

#[tokio::test]
async fn a_creator_who_is_renamed_or_deleted_is_followed() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("acme").await;
    world.create(org, "Anna").await;
    world.rename_account("jane", "joan").await;
    let contact = world.contacts.by_slug(work, &[org], "anna").await.unwrap();
    assert_eq!(contact.creator.unwrap().as_str(), "joan");
    world.delete_account("joan").await;
    let contact = world.contacts.by_slug(work, &[org], "anna").await.unwrap();
    assert_eq!(contact.creator, None);
}

#[tokio::test]
async fn what_is_gone_cannot_be_named() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("acme").await;
    let nowhere = OrgId::new(org.get() + 1000);
    world.create(org, "Jane").await;

    let made = world.contacts.create(work, new(nowhere, "Jane")).await;
    assert!(matches!(made, Err(Error::Gone)), "{made:?}");
    let moved = details(nowhere, "Jane");
    let moved = world.contacts.replace(work, &[org], "jane", moved).await;
    assert!(matches!(moved, Err(Error::Gone)), "{moved:?}");
    let patch = ContactPatch { organization_id: Some(nowhere), ..ContactPatch::default() };
    let patched = world.contacts.update(work, &[org], "jane", patch).await;
    assert!(matches!(patched, Err(Error::Gone)), "{patched:?}");
    assert_eq!(world.counted(org).await, Some(1));
}
