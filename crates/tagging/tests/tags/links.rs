//! What the database itself sees to: no link without its target.

use loggia_tagging::Tags;

use crate::world::{World, contact};

#[tokio::test]
async fn a_contact_that_is_deleted_leaves_no_link() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;
    let jane = world.contact(acme, "jane").await;
    world.contact(acme, "john").await;
    for name in ["jane", "john"] {
        world.assign(contact(acme, name), &["vip", "news"]).await.unwrap();
    }
    world.delete_contact(jane).await;
    assert_eq!(world.links().await, 2);
    assert!(world.tags.by_slug(work, acme, "vip").await.is_ok());
}

#[tokio::test]
async fn a_contact_that_moves_leaves_its_links() {
    let world = World::new().await;
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    let jane = world.contact(acme, "jane").await;
    world.assign(contact(acme, "jane"), &["vip"]).await.unwrap();
    world.move_contact(jane, acme).await;
    assert_eq!(world.links().await, 1, "it stayed where it was");
    world.move_contact(jane, other).await;
    assert_eq!(world.links().await, 0);
}

#[tokio::test]
async fn an_organisation_that_is_deleted_leaves_nothing() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    world.contact(acme, "jane").await;
    world.contact(other, "joe").await;
    world.assign(contact(acme, "jane"), &["vip"]).await.unwrap();
    world.assign(contact(other, "joe"), &["vip"]).await.unwrap();
    world.delete_organization(acme).await;
    assert_eq!(world.links().await, 1);
    assert!(world.tags.by_slug(work, acme, "vip").await.is_err());
    assert!(world.tags.by_slug(work, other, "vip").await.is_ok());
}

#[tokio::test]
async fn no_link_to_what_is_not_there_or_is_anothers() {
    let world = World::new().await;
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    let jane = world.contact(acme, "jane").await;
    let joe = world.contact(other, "joe").await;
    let vip = world.create(acme, "vip").await.unwrap();

    let cases = [
        ("a contact of another organisation", acme, "contact", joe),
        ("a contact that there is not", acme, "contact", 999),
        ("another organisation", acme, "organization", other.get()),
        ("a kind that there is not", acme, "image", jane),
        ("a tag of another organisation", other, "contact", joe),
    ];
    for (what, organization, kind, target) in cases {
        assert!(world.link(organization, &vip, kind, target).await.is_err(), "{what}");
    }
    assert_eq!(world.links().await, 0);
    assert!(world.link(acme, &vip, "contact", jane).await.is_ok());
    assert!(world.link(acme, &vip, "organization", acme.get()).await.is_ok());
}
