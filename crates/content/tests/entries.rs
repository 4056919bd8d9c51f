//! Entries against a real database.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

use std::{sync::Arc, time::Duration};

use loggia_content::{
    Audience, Entries, Entry, EntryField, EntryPatch, EntrySlug, Error, Kind, NewEntry,
    StoredEntries,
};
use loggia_db::Work;
use loggia_kernel::{
    Clock, PageRequest,
    list::{ListRequest, Search, SortDirection},
};
use loggia_testkit::{FrozenClock, TestDb};

struct World {
    database: TestDb,
    clock: FrozenClock,
    entries: Arc<StoredEntries>,
}

impl World {
    async fn new() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let entries = StoredEntries::new(Arc::new(clock.clone()));
        Self { database, clock, entries: Arc::new(entries) }
    }

    fn work(&self) -> Work {
        self.database.db().work()
    }

    async fn make(&self, kind: Kind, title: &str) -> Entry {
        self.entries.create(&mut self.work(), new(kind, title)).await.unwrap()
    }

    /// The titles that the public is shown.
    async fn titles(&self, kind: Kind, listing: &ListRequest<EntryField>) -> Vec<String> {
        let page = self.entries.list(&mut self.work(), kind, Audience::Public, listing).await;
        let items = page.unwrap().items;
        items.into_iter().map(|entry| entry.title).collect()
    }
}

fn new(kind: Kind, title: &str) -> NewEntry {
    NewEntry {
        kind,
        title: title.to_owned(),
        slug: None,
        description: String::new(),
        is_published: true,
    }
}

fn slug(text: &str) -> EntrySlug {
    EntrySlug::parse(text).unwrap()
}

#[tokio::test]
async fn an_entry_is_read_as_it_was_written() {
    let world = World::new().await;
    let work = &mut world.work();
    let made = world.make(Kind::Service, "Web Design").await;

    assert_eq!(made.slug, slug("web-design"));
    assert_eq!(made.created_at, world.clock.now());
    for audience in [Audience::Public, Audience::Editors] {
        let read = world.entries.by_slug(work, Kind::Service, audience, &made.slug).await;
        assert_eq!(read.unwrap(), made);
    }
    let elsewhere = world.entries.by_slug(work, Kind::Blog, Audience::Editors, &made.slug).await;
    assert!(matches!(elsewhere, Err(Error::NotFound)));
}

#[tokio::test]
async fn titles_that_are_alike_get_numbers() {
    let world = World::new().await;
    let work = &mut world.work();
    let mut slugs = Vec::new();
    for _ in 0..20 {
        slugs.push(world.make(Kind::Project, "A b").await.slug.to_string());
    }
    assert_eq!(slugs[..3], ["a-b", "a-b-1", "a-b-2"]);
    assert_eq!(slugs[19], "a-b-19");

    // A number that is free again is used again; another kind counts for itself.
    world.entries.delete(work, Kind::Project, &slug("a-b-7")).await.unwrap();
    assert_eq!(world.make(Kind::Project, "a B").await.slug, slug("a-b-7"));
    assert_eq!(world.make(Kind::Blog, "a b").await.slug, slug("a-b"));
}

#[tokio::test]
async fn numbers_keep_to_the_limit_of_a_slug() {
    let world = World::new().await;
    let title = "x".repeat(60);
    let first = world.make(Kind::Blog, &title).await.slug;
    let second = world.make(Kind::Blog, &title).await.slug;
    assert_eq!(first.as_str(), "x".repeat(50));
    assert_eq!(second.as_str(), format!("{}-1", "x".repeat(48)));
}

#[tokio::test]
async fn a_title_taken_by_many_at_once_gets_as_many_slugs() {
    let world = World::new().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (entries, mut work) = (Arc::clone(&world.entries), world.work());
            tokio::spawn(async move { entries.create(&mut work, new(Kind::Service, "Same")).await })
        })
        .collect();

    let mut slugs = std::collections::BTreeSet::new();
    for task in tasks {
        slugs.insert(task.await.unwrap().unwrap().slug.to_string());
    }

    assert_eq!(slugs.len(), 20);
    assert!(slugs.contains("same") && slugs.contains("same-19"));
}

#[tokio::test]
async fn a_chosen_slug_goes_to_one() {
    let world = World::new().await;
    let chosen = || NewEntry { slug: Some(slug("One")), ..new(Kind::Service, "Some") };
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (entries, mut work) = (Arc::clone(&world.entries), world.work());
            tokio::spawn(async move { entries.create(&mut work, chosen()).await })
        })
        .collect();

    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, Error::SlugTaken { kind: Kind::Service })),
        }
    }
    assert_eq!(made, 1);

    // Letter for letter.
    let other = NewEntry { slug: Some(slug("one")), ..new(Kind::Service, "Some") };
    world.entries.create(&mut world.work(), other).await.unwrap();
}

#[tokio::test]
async fn what_is_not_named_stays() {
    let world = World::new().await;
    let work = &mut world.work();
    let made = world.make(Kind::Blog, "Before").await;
    world.clock.advance(Duration::from_secs(60));

    let patch = EntryPatch { title: Some("After".to_owned()), ..EntryPatch::default() };
    let changed = world.entries.update(work, Kind::Blog, made.id, patch).await.unwrap();

    let expected = Entry { title: "After".to_owned(), updated_at: world.clock.now(), ..made };
    assert_eq!(changed, expected);
    // What is searched changed with it.
    let search = |text| ListRequest { search: Search::of(text), ..ListRequest::ALL };
    assert_eq!(world.titles(Kind::Blog, &search("AFTER")).await, ["After"]);
    assert!(world.titles(Kind::Blog, &search("before")).await.is_empty());
}

#[tokio::test]
async fn a_slug_can_be_changed_to_a_free_one() {
    let world = World::new().await;
    let work = &mut world.work();
    let (one, two) = (world.make(Kind::Blog, "One").await, world.make(Kind::Blog, "Two").await);
    let to = |text: &str| EntryPatch { slug: Some(slug(text)), ..EntryPatch::default() };

    let taken = world.entries.update(work, Kind::Blog, two.id, to("one")).await;
    assert!(matches!(taken, Err(Error::SlugTaken { kind: Kind::Blog })));
    let own = world.entries.update(work, Kind::Blog, one.id, to("one")).await;
    assert_eq!(own.unwrap().slug, slug("one"));
    let free = world.entries.update(work, Kind::Blog, two.id, to("Three")).await;
    assert_eq!(free.unwrap().slug, slug("Three"));

    let taken = |text: &'static str, except| {
        let (entries, mut work) = (Arc::clone(&world.entries), world.work());
        async move { entries.is_taken(&mut work, Kind::Blog, &slug(text), except).await }
    };
    assert!(taken("one", None).await.unwrap());
    assert!(!taken("one", Some(one.id)).await.unwrap());
    assert!(!taken("two", None).await.unwrap());
}

#[tokio::test]
async fn what_is_gone_is_neither_changed_nor_deleted() {
    let world = World::new().await;
    let work = &mut world.work();
    let made = world.make(Kind::Blog, "One").await;
    world.entries.delete(work, Kind::Blog, &made.slug).await.unwrap();

    let patch = EntryPatch::default();
    let changed = world.entries.update(work, Kind::Blog, made.id, patch).await;
    assert!(matches!(changed, Err(Error::NotFound)));
    let deleted = world.entries.delete(work, Kind::Blog, &made.slug).await;
    assert!(matches!(deleted, Err(Error::NotFound)));
}

#[tokio::test]
async fn to_the_public_a_draft_does_not_exist() {
    let world = World::new().await;
    let work = &mut world.work();
    let draft = NewEntry { is_published: false, ..new(Kind::Project, "Secret") };
    let draft = world.entries.create(work, draft).await.unwrap();
    world.make(Kind::Project, "Open").await;

    let read = world.entries.by_slug(work, Kind::Project, Audience::Public, &draft.slug).await;
    assert!(matches!(read, Err(Error::NotFound)));
    let page = ListRequest { page: Some(PageRequest::new(10, 0)), ..ListRequest::ALL };
    for (audience, count) in [(Audience::Public, 1), (Audience::Editors, 2)] {
        for listing in [&ListRequest::ALL, &page] {
            let found = world.entries.list(work, Kind::Project, audience, listing).await;
            let found = found.unwrap();
            assert_eq!((found.count, found.items.len()), (count, count as usize));
        }
    }
}

#[tokio::test]
async fn finds_without_regard_to_case_and_takes_wildcards_for_what_they_are() {
    let world = World::new().await;
    let work = &mut world.work();
    for title in ["Müller", "MÜLLER & Söhne", "100%", "a_b", "acb", r"c:\d"] {
        world.make(Kind::Service, title).await;
    }
    let described =
        NewEntry { description: "Von MÜLLER empfohlen".to_owned(), ..new(Kind::Service, "Other") };
    world.entries.create(work, described).await.unwrap();

    let cases = [
        ("müller", &["Müller", "MÜLLER & Söhne", "Other"][..]),
        ("0%", &["100%"]),
        ("%", &["100%"]),
        ("A_B", &["a_b"]),
        (r"\", &[r"c:\d"]),
        ("nothing like it", &[]),
    ];
    for (text, expected) in cases {
        let listing = ListRequest { search: Search::of(text), ..ListRequest::ALL };
        assert_eq!(world.titles(Kind::Service, &listing).await, expected, "{text}");
    }
}

#[tokio::test]
async fn orders_alike_on_both_databases() {
    let world = World::new().await;
    for title in ["b", "Ä", "a", "_", "B", "Z", "é"] {
        world.make(Kind::Blog, title).await;
        world.clock.advance(Duration::from_secs(1));
    }
    let by = |order: &[(EntryField, SortDirection)]| ListRequest {
        order: order.to_vec(),
        ..ListRequest::ALL
    };
    use SortDirection::{Ascending, Descending};

    // By code points of the folded title, and by id where those are the same.
    let by_title = by(&[(EntryField::Title, Ascending)]);
    let titles = world.titles(Kind::Blog, &by_title).await;
    assert_eq!(titles, ["_", "a", "b", "B", "Z", "Ä", "é"]);
    let back = by(&[(EntryField::Title, Descending), (EntryField::Id, Descending)]);
    let titles = world.titles(Kind::Blog, &back).await;
    assert_eq!(titles, ["é", "Ä", "Z", "B", "b", "a", "_"]);
    let newest = by(&[(EntryField::CreatedAt, Descending)]);
    let titles = world.titles(Kind::Blog, &newest).await;
    assert_eq!(titles, ["é", "Z", "B", "_", "a", "Ä", "b"]);
}

#[tokio::test]
async fn pages_are_cut_from_what_is_found() {
    let world = World::new().await;
    let work = &mut world.work();
    for n in 0..25 {
        world.make(Kind::Blog, &format!("{} {n:02}", ["odd", "even"][n % 2])).await;
    }
    let listing = ListRequest {
        page: Some(PageRequest::new(5, 10)),
        search: Search::of("odd"),
        order: vec![(EntryField::Id, SortDirection::Descending)],
    };

    let page = world.entries.list(work, Kind::Blog, Audience::Public, &listing).await.unwrap();

    let titles: Vec<&str> = page.items.iter().map(|entry| &*entry.title).collect();
    assert_eq!(page.count, 13);
    assert_eq!(titles, ["odd 04", "odd 02", "odd 00"]);
}
