//! Listing, sorting and searching accounts.

use loggia_identity::{Account, AccountField, AccountPatch, Accounts, NewManagedAccount};
use loggia_kernel::{
    Change, PageRequest,
    list::{ListRequest, Search, SortDirection},
};

use super::{administration, new_account, root};
use crate::fixtures::{Fixture, username};

fn names(accounts: &[Account]) -> Vec<&str> {
    accounts.iter().map(|account| account.username.as_str()).collect()
}

#[tokio::test]
async fn lists_the_matching_accounts_in_the_requested_order() {
    use SortDirection::{Ascending, Descending};

    let fixture = Fixture::new().await;
    let root = root(&fixture).await;
    for (name, first_name) in [("Zoe", "Ann"), ("bob", "Özgür"), ("amy", "Ann")] {
        let new = NewManagedAccount {
            first_name: first_name.to_owned(),
            ..new_account(&fixture, name).await
        };
        administration(&fixture).create(&mut fixture.work(), &root, new).await.unwrap();
    }
    let listed = async |listing: ListRequest<AccountField>| {
        let page = administration(&fixture).list(&mut fixture.work(), &listing).await.unwrap();
        (
            page.items.iter().map(|account| account.username.to_string()).collect::<Vec<_>>(),
            page.count,
        )
    };
    let all = ListRequest::<AccountField>::ALL;
    let by = |order: &[(AccountField, SortDirection)]| ListRequest {
        order: order.to_vec(),
        ..all.clone()
    };
    let of = |text: &str| ListRequest { search: Search::of(text), ..all.clone() };

    assert_eq!(listed(all.clone()).await.0, ["root", "Zoe", "bob", "amy"]);
    let by_name = by(&[(AccountField::Username, Ascending)]);
    assert_eq!(listed(by_name).await.0, ["amy", "bob", "root", "Zoe"]);
    let by_names = by(&[(AccountField::FirstName, Descending), (AccountField::Id, Descending)]);
    assert_eq!(listed(by_names).await.0, ["bob", "amy", "Zoe", "root"]);
    for field in
        [AccountField::Email, AccountField::LastName, AccountField::Role, AccountField::IsActive]
    {
        for direction in [Ascending, Descending] {
            assert_eq!(listed(by(&[(field, direction)])).await.1, 4);
        }
    }

    assert_eq!(listed(of("ÖZGÜR smith")).await.0, ["bob"]);
    assert_eq!(listed(of("ZOE@")).await.0, ["Zoe"]);
    assert_eq!(listed(of("%")).await.0, [""; 0]);
    let page = ListRequest { page: Some(PageRequest::new(1, 1)), ..of("ann") };
    assert_eq!(listed(page).await, (vec!["amy".to_owned()], 2));
    let page = ListRequest { page: Some(PageRequest::new(2, 3)), ..all.clone() };
    assert_eq!(listed(page).await, (vec!["amy".to_owned()], 4));
}

#[tokio::test]
async fn search_and_count_follow_changes() {
    let fixture = Fixture::new().await;
    let root = root(&fixture).await;
    let new = NewManagedAccount {
        first_name: "Özgür".to_owned(),
        ..new_account(&fixture, "bob").await
    };
    administration(&fixture).create(&mut fixture.work(), &root, new).await.unwrap();
    let found = async |text: &str| {
        let listing = ListRequest { search: Search::of(text), ..ListRequest::ALL };
        administration(&fixture).list(&mut fixture.work(), &listing).await.unwrap().count
    };
    let count = async || {
        let listing = ListRequest { page: Some(PageRequest::new(1, 0)), ..ListRequest::ALL };
        administration(&fixture).list(&mut fixture.work(), &listing).await.unwrap().count
    };
    assert_eq!((found("özgür").await, count().await), (1, 2));

    let bob = fixture.accounts.by_username(&mut fixture.work(), &username("bob")).await.unwrap();
    let patch = AccountPatch {
        first_name: Some("Robert".to_owned()),
        email: Change::Clear,
        ..AccountPatch::default()
    };
    let updated = Accounts::update(&*fixture.accounts, &mut fixture.work(), bob.id, patch).await;
    updated.unwrap();
    assert_eq!((found("özgür").await, found("bob@").await), (0, 0));
    assert_eq!(found("robert smith").await, 1);
    // Accounts without an email sort before those with one.
    let by_address = ListRequest {
        order: vec![(AccountField::Email, SortDirection::Ascending)],
        ..ListRequest::ALL
    };
    let page = administration(&fixture).list(&mut fixture.work(), &by_address).await.unwrap();
    assert_eq!(names(&page.items), ["bob", "root"]);

    administration(&fixture).delete(&mut fixture.work(), &root, bob.id).await.unwrap();
    assert_eq!(count().await, 1);
}
