//! Making, renaming, finding and deleting tags.

use loggia_kernel::{PageRequest, Slug};
use loggia_tagging::{Error, NewTag, Order, TagId, Tags};

use crate::world::{World, contact, name, names};

const ALL: u32 = 1000;

#[tokio::test]
async fn a_tag_has_a_slug_of_its_name_or_its_own() {
    let world = World::new().await;
    let work = &mut world.work();
    let acme = world.organization("acme").await;

    let derived = world.create(acme, " News Letter ").await.unwrap();
    let new = NewTag { name: name("VIP"), slug: Some(Slug::of("important", "")) };
    let given = world.tags.create(work, acme, new).await.unwrap();

    assert_eq!((derived.name.as_str(), derived.slug.as_str()), ("News Letter", "news-letter"));
    assert_eq!((given.name.as_str(), given.slug.as_str()), ("VIP", "important"));
    assert_eq!(world.tags.by_slug(work, acme, "important").await.unwrap(), given);
}

#[tokio::test]
async fn name_and_slug_are_unique_in_an_organisation_and_nowhere_else() {
    let world = World::new().await;
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    world.create(acme, "News Letter").await.unwrap();

    for taken in ["News Letter", "NEWS LETTER", "news-letter"] {
        let outcome = world.create(acme, taken).await;
        assert!(matches!(outcome, Err(Error::Taken)), "{taken}: {outcome:?}");
    }
    assert!(world.create(other, "News Letter").await.is_ok());
    assert!(world.create(acme, "Letter").await.is_ok());
}

#[tokio::test]
async fn an_organisation_that_is_gone_gets_no_tag() {
    let world = World::new().await;
    let acme = world.organization("acme").await;
    world.delete_organization(acme).await;
    assert!(matches!(world.create(acme, "vip").await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_renamed_tag_has_another_slug() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    let vip = world.create(acme, "vip").await.unwrap();
    world.create(acme, "News Letter").await.unwrap();

    let renamed =
        world.tags.rename(work, acme, vip.id, Some(name("Very Important"))).await.unwrap();
    assert_eq!(renamed.slug.as_str(), "very-important");
    assert_eq!(world.tags.rename(work, acme, vip.id, None).await.unwrap(), renamed);
    let respelt =
        world.tags.rename(work, acme, vip.id, Some(name("VERY important"))).await.unwrap();
    assert_eq!(respelt.name, "VERY important");

    for taken in ["NEWS LETTER", "news-letter"] {
        let outcome = world.tags.rename(work, acme, vip.id, Some(name(taken))).await;
        assert!(matches!(outcome, Err(Error::Taken)), "{taken}");
    }
    let foreign = world.tags.rename(work, other, vip.id, Some(name("mine"))).await;
    assert!(matches!(foreign, Err(Error::NotFound)));
    assert!(matches!(world.tags.rename(work, other, vip.id, None).await, Err(Error::NotFound)));
    let unknown = world.tags.rename(work, acme, TagId::new(999), Some(name("news letter"))).await;
    assert!(matches!(unknown, Err(Error::NotFound)));
    assert_eq!(world.tags.by_slug(work, acme, "very-important").await.unwrap(), respelt);
}

#[tokio::test]
async fn a_tag_that_is_deleted_comes_off_everything() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    world.contact(acme, "jane").await;
    let tags = world.assign(contact(acme, "jane"), &["vip", "news"]).await.unwrap();
    let vip = tags.first().unwrap().id;

    assert!(matches!(world.tags.delete(work, other, vip).await, Err(Error::NotFound)));
    assert_eq!(world.links().await, 2);
    world.tags.delete(work, acme, vip).await.unwrap();
    assert!(matches!(world.tags.delete(work, acme, vip).await, Err(Error::NotFound)));
    assert_eq!(world.links().await, 1);
}

#[tokio::test]
async fn lists_by_id_or_name_in_pages() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    for text in ["beta", "Alpha", "gamma", "Älter 1"] {
        world.create(acme, text).await.unwrap();
    }
    world.create(other, "theirs").await.unwrap();

    let cases = [
        (Order::Id, ["beta", "Alpha", "gamma", "Älter 1"]),
        (Order::IdDescending, ["Älter 1", "gamma", "Alpha", "beta"]),
        (Order::Name, ["Alpha", "beta", "gamma", "Älter 1"]),
        (Order::NameDescending, ["Älter 1", "gamma", "beta", "Alpha"]),
    ];
    for (order, expected) in cases {
        let page = world.tags.list(work, acme, order, PageRequest::new(ALL, 0)).await.unwrap();
        assert_eq!(names(&page.items), expected, "{order:?}");
    }
    let page = world.tags.list(work, acme, Order::Id, PageRequest::new(2, 1)).await.unwrap();
    assert_eq!((names(&page.items), page.count), (vec!["Alpha", "gamma"], 4));
    let past = world.tags.list(work, acme, Order::Id, PageRequest::new(2, 9)).await.unwrap();
    assert_eq!((past.items.len(), past.count), (0, 4));
}

#[tokio::test]
async fn a_search_takes_every_character_for_itself() {
    let world = World::new().await;
    let work = &mut world.work();
    let (acme, other) = (world.organization("acme").await, world.organization("other").await);
    for text in ["50% off", "500 off", "a_b", "axb", "Étude 1", r"back\slash"] {
        world.create(acme, text).await.unwrap();
    }
    world.create(other, "50% theirs").await.unwrap();

    let cases: [(&str, &[&str]); 7] = [
        ("50%", &["50% off"]),
        ("a_b", &["a_b"]),
        ("OFF", &["50% off", "500 off"]),
        ("éTUDE", &["Étude 1"]),
        (r"\", &[r"back\slash"]),
        ("nothing", &[]),
        (" axb ", &["axb"]),
    ];
    for (text, expected) in cases {
        let found = world.tags.search(work, acme, text, PageRequest::new(ALL, 0)).await.unwrap();
        assert_eq!(names(&found), expected, "{text}");
    }
    let all = world.tags.search(work, acme, "", PageRequest::new(2, 1)).await.unwrap();
    assert_eq!(names(&all), ["500 off", "a_b"]);
}
