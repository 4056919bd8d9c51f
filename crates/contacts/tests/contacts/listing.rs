//! The list: parts, orders, searches, positions.

use loggia_contacts::{
    Contact, ContactPage, ContactQuery, Contacts, Cursor, Details, NewContact, Order, Search,
    SortBy,
};
use loggia_kernel::{OrgId, PageRequest, list::SortDirection};

use crate::world::{World, details, new};

fn query(limit: u32, offset: u64) -> ContactQuery {
    ContactQuery::page(PageRequest::new(limit, offset))
}

fn names(page: &ContactPage) -> Vec<&str> {
    let items = page.items.iter();
    items.map(|contact| &*contact.display_name).collect()
}

/// Walks through all that is wanted by positions.
async fn walk(world: &World, orgs: &[OrgId], query: &ContactQuery) -> Vec<Contact> {
    let mut query = query.clone();
    let mut walked = Vec::new();
    loop {
        let page = world.contacts.list(&mut world.work(), orgs, &query).await.unwrap();
        walked.extend(page.items);
        match page.next {
            Some(end) => query.after = Some(end),
            None => return walked,
        }
    }
}

#[tokio::test]
async fn several_organisations_are_one_list_in_the_order_of_making() {
    let world = World::new().await;
    let work = &mut world.work();
    let (a, b, c) = (world.org("a").await, world.org("b").await, world.org("c").await);
    for n in 0..12 {
        let org = [a, b, c][n % 3];
        world.create(org, &format!("c{n:02}")).await;
    }
    let contacts = &world.contacts;

    let page = contacts.list(work, &[c, a], &query(3, 0)).await.unwrap();
    assert_eq!(names(&page), ["c00", "c02", "c03"]);
    assert_eq!(page.count, 8);
    let page = contacts.list(work, &[a, c], &query(3, 6)).await.unwrap();
    assert_eq!(names(&page), ["c09", "c11"]);
    assert_eq!((page.count, page.next), (8, None));
    let page = contacts.list(work, &[a, c], &query(3, 8)).await.unwrap();
    assert_eq!((names(&page).len(), page.count), (0, 8));
    let page = contacts.list(work, &[], &query(3, 0)).await.unwrap();
    assert_eq!((names(&page).len(), page.count), (0, 0));
    let page = contacts.list(work, &[a], &query(1000, u64::MAX)).await.unwrap();
    assert_eq!((names(&page).len(), page.count), (0, 4));
}

#[tokio::test]
async fn a_walk_by_positions_is_the_list_in_every_order() {
    let world = World::new().await;
    let work = &mut world.work();
    let (a, b) = (world.org("a").await, world.org("b").await);
    for (n, name) in ["bo", "Ann", "ann", "Öz", "zed", "Bo", "cy"].iter().enumerate() {
        world.clock.advance(std::time::Duration::from_micros(700_000));
        let org = if n % 2 == 0 { a } else { b };
        let details = Details {
            last_name: (n % 3 != 0).then(|| format!("L{}", n % 2)),
            notes: Some("all".to_owned()),
            ..details(org, name)
        };
        let new = NewContact { details, ..new(org, "") };
        world.contacts.create(work, new).await.unwrap();
    }
    let orders = [
        SortBy::DisplayName,
        SortBy::FirstName,
        SortBy::LastName,
        SortBy::Email,
        SortBy::CreatedAt,
        SortBy::UpdatedAt,
    ];
    let mut wishes = vec![query(2, 0)];
    for by in orders {
        for direction in [SortDirection::Ascending, SortDirection::Descending] {
            for search in [None, Search::parse("all").unwrap(), Search::parse("o").unwrap()] {
                wishes.push(ContactQuery {
                    order: Some(Order { by, direction }),
                    search,
                    ..query(2, 0)
                });
            }
        }
    }
    for wish in wishes {
        let whole = ContactQuery { page: PageRequest::new(100, 0), ..wish.clone() };
        let whole = world.contacts.list(work, &[a, b], &whole).await.unwrap();
        assert_eq!(walk(&world, &[a, b], &wish).await, whole.items, "{wish:?}");
        assert_eq!(whole.count, whole.items.len() as u64);
    }
}

#[tokio::test]
async fn texts_are_sorted_without_regard_to_case_and_absent_ones_first() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("a").await;
    for name in ["bo", "Ann", "Zed", "ann", "Öz"] {
        world.create(org, name).await;
    }
    let order = |direction| ContactQuery {
        order: Some(Order { by: SortBy::DisplayName, direction }),
        ..query(10, 0)
    };
    let up = order(SortDirection::Ascending);
    let page = world.contacts.list(work, &[org], &up).await.unwrap();
    assert_eq!(names(&page), ["Ann", "ann", "bo", "Zed", "Öz"]);
    let down = order(SortDirection::Descending);
    let page = world.contacts.list(work, &[org], &down).await.unwrap();
    assert_eq!(names(&page), ["Öz", "Zed", "bo", "Ann", "ann"]);
}

#[tokio::test]
async fn a_position_outlives_its_contact() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("a").await;
    for name in ["a", "b", "c", "d"] {
        world.create(org, name).await;
    }
    let page = world.contacts.list(work, &[org], &query(2, 0)).await.unwrap();
    world.contacts.delete(work, &[org], "b").await.unwrap();
    let next = ContactQuery { after: page.next, ..query(2, 0) };
    let page = world.contacts.list(work, &[org], &next).await.unwrap();
    assert_eq!(names(&page), ["c", "d"]);
    assert_eq!((page.count, page.next), (3, None));
}

#[tokio::test]
async fn an_empty_part_behind_a_position_still_counts() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("a").await;
    let last = world.create(org, "a").await;
    for order in
        [None, Some(Order { by: SortBy::DisplayName, direction: SortDirection::Ascending })]
    {
        let behind = ContactQuery {
            order,
            after: Some(Cursor {
                rank: 0,
                key: order.map(|_| loggia_contacts::SortKey::Text("a".to_owned())),
                id: last.id,
            }),
            ..query(2, 0)
        };
        let page = world.contacts.list(work, &[org], &behind).await.unwrap();
        assert_eq!((page.items.len(), page.count), (0, 1));
    }
}

#[tokio::test]
async fn a_search_wants_all_terms_and_ranks_by_the_best_field() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("a").await;
    let texts = [
        ("Notes", None, None, None, Some("met jane doe there")),
        ("Mail", None, None, Some("jane doe@x.org"), None),
        ("Last", None, Some("Jane Doe"), None, None),
        ("First", Some("JANE DOE"), None, None, None),
        ("Scattered jane", None, None, Some("doe@x.org"), None),
        ("Jane Doe", None, None, None, None),
        ("Jane", None, None, None, None),
    ];
    for (name, first, last, email, notes) in texts {
        let details = Details {
            first_name: first.map(str::to_owned),
            last_name: last.map(str::to_owned),
            email: email.map(str::to_owned),
            notes: notes.map(str::to_owned),
            location: Some("nowhere jane doe".to_owned()),
            ..details(org, name)
        };
        let new = NewContact { details, ..new(org, "") };
        world.contacts.create(work, new).await.unwrap();
    }
    let search = |text: &str| ContactQuery { search: Search::parse(text).unwrap(), ..query(10, 0) };
    let page = world.contacts.list(work, &[org], &search(" jane dOE ")).await.unwrap();
    assert_eq!(names(&page), ["Jane Doe", "First", "Last", "Mail", "Notes", "Scattered jane"]);
    assert_eq!(page.count, 6);
    let page = world.contacts.list(work, &[org], &search("nowhere")).await.unwrap();
    assert_eq!((page.items.len(), page.count), (0, 0));
    // What means something to LIKE means itself here.
    for wild in ["%", "_", "\\", "'", "j%e"] {
        let page = world.contacts.list(work, &[org], &search(wild)).await.unwrap();
        assert_eq!(page.count, 0, "{wild}");
    }
    let past = ContactQuery { page: PageRequest::new(10, 100), ..search("jane") };
    let page = world.contacts.list(work, &[org], &past).await.unwrap();
    assert_eq!((page.items.len(), page.count), (0, 7));
}

#[tokio::test]
async fn case_beyond_ascii_is_the_same_on_both_databases() {
    let world = World::new().await;
    let work = &mut world.work();
    let org = world.org("a").await;
    world.create(org, "Özgür ΟΔΟΣΗ ЖУК").await;
    for text in ["öZGÜR", "οδος", "жук", "ΟΔΟΣ"] {
        let search = ContactQuery { search: Search::parse(text).unwrap(), ..query(10, 0) };
        let page = world.contacts.list(work, &[org], &search).await.unwrap();
        assert_eq!(page.count, 1, "{text}");
    }
}

#[tokio::test]
async fn what_is_picked_is_a_part_of_the_callers_own() {
    let world = World::new().await;
    let work = &mut world.work();
    let (ours, theirs) = (world.org("ours").await, world.org("theirs").await);
    let mut ids = Vec::new();
    for n in 0..6 {
        let org = if n % 2 == 0 { ours } else { theirs };
        ids.push(world.create(org, &format!("c{n}")).await.id);
    }
    ids.pop();
    // More than either database takes as single binds.
    ids.extend((0..70_000).map(|n| loggia_contacts::ContactId::new(1_000_000 + n)));
    let picked = ContactQuery { ids: Some(ids), ..query(2, 0) };
    let page = world.contacts.list(work, &[ours], &picked).await.unwrap();
    assert_eq!(names(&page), ["c0", "c2"]);
    assert_eq!(page.count, 3);
    let none = ContactQuery { ids: Some(Vec::new()), ..query(2, 0) };
    let page = world.contacts.list(work, &[ours], &none).await.unwrap();
    assert_eq!((page.items.len(), page.count), (0, 0));
}

#[tokio::test]
async fn many_organisations_are_one_query() {
    let world = World::new().await;
    let work = &mut world.work();
    let mut orgs = Vec::new();
    for n in 0..200 {
        let org = world.org(&format!("o{n}")).await;
        world.create(org, &format!("c{n:03}")).await;
        orgs.push(org);
    }
    let page = world.contacts.list(work, &orgs, &query(100, 50)).await.unwrap();
    assert_eq!(page.count, 200);
    assert_eq!(page.items.len(), 100);
    assert_eq!(page.items[0].display_name, "c050");
}
