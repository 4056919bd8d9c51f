//! Putting tags on things and taking them off.

use loggia_kernel::PageRequest;
use loggia_kernel::Slug;
use loggia_tagging::{Error, NewTag, Order, TagId, Tags, TargetKind, TargetRef};

use crate::world::{World, contact, name, names};

#[tokio::test]
async fn tags_come_back_in_the_order_of_the_names() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;
    let jane = world.contact(acme, "jane").await;
    world.create(acme, "News Letter").await.unwrap();

    let tags =
        world.assign(contact(acme, "jane"), &["vip", "NEWS letter", "VIP", "aqua"]).await.unwrap();

    assert_eq!(names(&tags), ["vip", "News Letter", "aqua"], "nothing is renamed");
    let again = world.assign(contact(acme, "jane"), &["aqua", "vip"]).await.unwrap();
    assert_eq!(names(&again), ["aqua", "vip"]);
    assert_eq!(world.links().await, 3);
    let on = world.tags.of_targets(work, TargetKind::Contact, &[jane]).await.unwrap();
    assert_eq!(
        names(on.get(&jane).unwrap()),
        ["vip", "News Letter", "aqua"],
        "as they were put on"
    );
}

#[tokio::test]
async fn a_tag_is_known_by_its_name_even_if_its_slug_is_another() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;
    world.contact(acme, "jane").await;
    let new = NewTag { name: name("VIP"), slug: Some(Slug::of("important", "")) };
    let vip = world.tags.create(work, acme, new).await.unwrap();

    let tags = world.assign(contact(acme, "jane"), &["vip"]).await.unwrap();
    assert_eq!(tags, [vip]);
    // Its name leads to a slug that is free.
    let other = world.assign(contact(acme, "jane"), &["v.i.p"]).await.unwrap();
    assert_eq!(other.first().unwrap().slug.as_str(), "vip");
}

#[tokio::test]
async fn all_or_nothing() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;
    world.contact(acme, "jane").await;
    world.create(acme, "News Letter").await.unwrap();
    let jane = contact(acme, "jane");

    for clash in [["new", "news-letter"], ["a b", "a-b"]] {
        let outcome = world.assign(jane, &clash).await;
        assert!(matches!(outcome, Err(Error::SlugConflict)), "{clash:?}");
    }
    let missing = world.assign(contact(acme, "absent"), &["new"]).await;
    assert!(matches!(missing, Err(Error::NotFound)));

    let page = world.tags.list(work, acme, Order::Id, PageRequest::new(10, 0)).await.unwrap();
    assert_eq!(names(&page.items), ["News Letter"]);
    assert_eq!(world.links().await, 0);
}

#[tokio::test]
async fn no_names_need_an_object_all_the_same() {
    let world = World::new().await;
    let acme = world.organization("acme").await;
    world.contact(acme, "jane").await;
    assert!(world.assign(contact(acme, "jane"), &[]).await.unwrap().is_empty());
    let outcome = world.assign(contact(acme, "absent"), &[]).await;
    assert!(matches!(outcome, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_organisation_tags_itself_and_no_other() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;
    world.organization("other").await;
    let of = |name| TargetRef {
        organization: acme,
        organization_slug: "acme",
        kind: TargetKind::Organization,
        name,
    };
    world.assign(of("acme"), &["vip"]).await.unwrap();
    for foreign in ["other", "unknown"] {
        let outcome = world.assign(of(foreign), &["vip"]).await;
        assert!(matches!(outcome, Err(Error::NotFound)), "{foreign}");
    }
    let page = PageRequest::new(10, 0);
    let page = world.tags.of_target(work, of("acme"), None, page).await.unwrap();
    assert_eq!((names(&page.items), page.count), (vec!["vip"], 1));
}

#[tokio::test]
async fn taking_off_what_is_not_on_is_as_well() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    world.contact(acme, "jane").await;
    world.contact(other, "joe").await;
    world.assign(contact(acme, "jane"), &["vip"]).await.unwrap();
    world.create(other, "theirs").await.unwrap();

    world.tags.unassign(work, contact(acme, "jane"), "vip").await.unwrap();
    assert_eq!(world.links().await, 0);
    world.tags.unassign(work, contact(acme, "jane"), "vip").await.unwrap();
    for (object, slug) in [
        (contact(acme, "absent"), "vip"),
        (contact(acme, "joe"), "vip"),
        (contact(acme, "jane"), "unknown"),
        (contact(acme, "jane"), "theirs"),
    ] {
        let outcome = world.tags.unassign(work, object, slug).await;
        assert!(matches!(outcome, Err(Error::NotFound)), "{object:?} {slug}");
    }
}

#[tokio::test]
async fn takes_off_several_and_counts_them() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    world.contact(acme, "jane").await;
    world.contact(other, "joe").await;
    let jane = contact(acme, "jane");
    let tags = world.assign(jane, &["a", "b", "c"]).await.unwrap();
    let theirs = world.assign(contact(other, "joe"), &["a"]).await.unwrap();

    let mut ids: Vec<TagId> = tags.iter().take(2).map(|tag| tag.id).collect();
    ids.extend(theirs.iter().map(|tag| tag.id));
    ids.push(TagId::new(999));
    assert_eq!(world.tags.unassign_all(work, jane, &ids).await.unwrap(), 2);
    assert_eq!(world.tags.unassign_all(work, jane, &ids).await.unwrap(), 0);
    assert_eq!(world.tags.unassign_all(work, jane, &[]).await.unwrap(), 0);
    assert_eq!(world.links().await, 2);
    let outcome = world.tags.unassign_all(work, contact(acme, "joe"), &ids).await;
    assert!(matches!(outcome, Err(Error::NotFound)));
}

#[tokio::test]
async fn finds_what_bears_a_tag() {
    let world = World::new().await;
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    let jane = world.contact(acme, "jane").await;
    let john = world.contact(acme, "john").await;
    let joe = world.contact(other, "joe").await;
    for (organization, name) in [(acme, "john"), (acme, "jane"), (other, "joe")] {
        world.assign(contact(organization, name), &["vip"]).await.unwrap();
    }
    let kind = TargetKind::Contact;
    let find = async |organizations: &[_], slug| {
        world.tags.targets(&mut world.work(), organizations, kind, slug).await.unwrap()
    };
    assert_eq!(find(&[acme], "vip").await, [jane, john]);
    assert_eq!(find(&[acme, other], "vip").await, [jane, john, joe]);
    assert!(find(&[], "vip").await.is_empty());
    assert!(find(&[acme], "unknown").await.is_empty());
    let organizations = world
        .tags
        .targets(&mut world.work(), &[acme], TargetKind::Organization, "vip")
        .await
        .unwrap();
    assert!(organizations.is_empty());
}

#[tokio::test]
async fn shows_an_objects_tags_in_any_order_and_in_pages() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;
    world.contact(acme, "jane").await;
    let jane = contact(acme, "jane");
    world.assign(jane, &["b", "c"]).await.unwrap();
    world.create(acme, "x").await.unwrap();
    world.assign(jane, &["x", "a"]).await.unwrap();
    let cases = [
        (None, ["b", "c", "x", "a"]),
        (Some(Order::Id), ["b", "c", "x", "a"]),
        (Some(Order::IdDescending), ["a", "x", "c", "b"]),
        (Some(Order::Name), ["a", "b", "c", "x"]),
        (Some(Order::NameDescending), ["x", "c", "b", "a"]),
    ];
    for (order, expected) in cases {
        let page = world.tags.of_target(work, jane, order, PageRequest::new(10, 0)).await.unwrap();
        assert_eq!(names(&page.items), expected, "{order:?}");
    }
    let page = world.tags.of_target(work, jane, None, PageRequest::new(1, 3)).await.unwrap();
    assert_eq!((names(&page.items), page.count), (vec!["a"], 4));
}
