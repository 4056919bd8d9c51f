//! The stored values, and lists of accounts.

use loggia_identity::{Accounts, NewAccount};
use loggia_kernel::PageRequest;

use crate::fixtures::{Fixture, address, email, person, username};

#[tokio::test]
async fn stores_the_given_values() {
    let fixture = Fixture::new().await;
    let new = NewAccount {
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        phone_number: "+44 20".to_owned(),
        company_name: "Engines".to_owned(),
        ..person("ada")
    };

    let account = fixture.accounts.register(&mut fixture.work(), new).await.unwrap();

    assert_eq!(account.username, username("ada"));
    assert_eq!(account.email, Some(address("ada")));
    assert_eq!(account.full_name(), "Ada Lovelace");
    assert_eq!(account.phone_number, "+44 20");
    assert_eq!(account.company_name, "Engines");
    assert_eq!(account.role, "user");
    assert_eq!(account.slug.as_str(), "ada");
    assert!(account.is_active && !account.is_staff && !account.is_superuser);
    assert_eq!(account.last_login_at, None);
    for found in [
        fixture.accounts.by_id(&mut fixture.work(), account.id).await,
        fixture.accounts.by_email(&mut fixture.work(), &email("ADA@example.com")).await,
        fixture.accounts.by_username(&mut fixture.work(), &username("ada")).await,
    ] {
        assert_eq!(found.unwrap(), account);
    }
}

#[tokio::test]
async fn a_superuser_is_staff() {
    let fixture = Fixture::new().await;
    let root = fixture.register_superuser("root").await;
    assert!(root.is_superuser && root.is_staff);
}

#[tokio::test]
async fn lists_accounts_in_the_order_of_their_ids() {
    let fixture = Fixture::new().await;
    for name in ["c", "a", "b"] {
        fixture.register(name).await;
    }

    let page = fixture.accounts.list(&mut fixture.work(), PageRequest::new(2, 1)).await.unwrap();

    let names: Vec<_> = page.items.iter().map(|a| a.username.as_str()).collect();
    assert_eq!((names, page.count), (vec!["a", "b"], 3));
}

#[tokio::test]
async fn iterates_over_all_accounts_in_the_order_of_their_ids() {
    let fixture = Fixture::new().await;
    for name in ["c", "a", "b"] {
        fixture.register(name).await;
    }
    let ids = async |last| {
        let accounts = fixture.accounts.list_after(&mut fixture.work(), last).await.unwrap();
        accounts.iter().map(|a| a.id).collect::<Vec<_>>()
    };

    let all = ids(None).await;

    assert_eq!(all.len(), 3);
    assert!(all.is_sorted());
    assert_eq!(ids(Some(all[0])).await, all[1..]);
    assert_eq!(ids(Some(all[2])).await, []);
}
