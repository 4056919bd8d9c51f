//! Tests of the administration of accounts.

use std::sync::Arc;

use loggia_identity::{
    Account, AccountAdministration, AccountField, AccountPatch, Accounts, Caller, Error, Field,
    ManagedAccountPatch, NewManagedAccount, NewUsername, SessionPolicy, Sessions, TokenError,
};
use loggia_kernel::{
    AccountId, Change, PageRequest, SessionId,
    list::{ListRequest, Search, SortDirection},
};

use crate::{
    assert_refused,
    fixtures::{Fixture, OTHER, PASSWORD, address, at_once, password, username},
};

/// Returns the service as its trait, because its type implements another one with the same methods.
fn administration(fixture: &Fixture) -> &dyn AccountAdministration {
    &*fixture.accounts
}

/// Logs an account in and returns it as a caller.
async fn caller(fixture: &Fixture, name: &str) -> Caller {
    let tokens = fixture.log_in(name, PASSWORD).await.unwrap();
    fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap()
}

/// Registers a superuser and returns it as a caller.
async fn root(fixture: &Fixture) -> Caller {
    fixture.register_superuser("root").await;
    caller(fixture, "root").await
}

async fn new_account(fixture: &Fixture, name: &str) -> NewManagedAccount {
    NewManagedAccount {
        username: NewUsername::Given(username(name)),
        email: address(name),
        password: administration(fixture).hash(&password(PASSWORD)).await.unwrap(),
        first_name: "Jane".to_owned(),
        last_name: "Smith".to_owned(),
        phone_number: "123".to_owned(),
        role: "Editor".to_owned(),
        is_active: true,
    }
}

fn names(accounts: &[Account]) -> Vec<&str> {
    accounts.iter().map(|account| account.username.as_str()).collect()
}

#[tokio::test]
async fn creates_an_account_with_the_given_values() {
    let fixture = Fixture::new().await;
    let root = root(&fixture).await;

    let new = new_account(&fixture, "jane").await;
    let created = administration(&fixture).create(&mut fixture.work(), &root, new).await.unwrap();

    assert_eq!(created, fixture.accounts.by_id(&mut fixture.work(), created.id).await.unwrap());
    assert_eq!((&*created.role, &*created.phone_number), ("Editor", "123"));
    assert!(created.is_active && !created.is_superuser);
    fixture.log_in("jane", PASSWORD).await.unwrap();
    let again = new_account(&fixture, "jane").await;
    let outcome = administration(&fixture).create(&mut fixture.work(), &root, again).await;
    assert!(matches!(outcome, Err(Error::Taken { .. })), "{outcome:?}");

    let shut_out = NewManagedAccount { is_active: false, ..new_account(&fixture, "off").await };
    administration(&fixture).create(&mut fixture.work(), &root, shut_out).await.unwrap();
    assert_refused!(fixture.log_in("off", PASSWORD).await, Error::InvalidCredentials);
}

#[tokio::test]
async fn changes_all_fields_or_none() {
    let fixture = Fixture::new().await;
    let root = root(&fixture).await;
    let alice = fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let patch = async |email: &str| ManagedAccountPatch {
        account: AccountPatch {
            first_name: Some("Al".to_owned()),
            email: Change::Set(address(email)),
            ..AccountPatch::default()
        },
        password: Some(administration(&fixture).hash(&password(OTHER)).await.unwrap()),
        role: Some("Editor".to_owned()),
        is_active: None,
    };

    let outcome = administration(&fixture)
        .update(&mut fixture.work(), &root, alice.id, patch("root").await)
        .await;
    let email = Field::Email;
    assert!(matches!(outcome, Err(Error::Taken { field }) if field == email), "{outcome:?}");
    assert_eq!(fixture.accounts.by_id(&mut fixture.work(), alice.id).await.unwrap(), alice);
    fixture.sessions.caller(&mut fixture.work(), &tokens.access).await.unwrap();

    let changed = administration(&fixture)
        .update(&mut fixture.work(), &root, alice.id, patch("new").await)
        .await;
    let changed = changed.unwrap();
    assert_eq!((&*changed.first_name, &*changed.role), ("Al", "Editor"));
    assert_eq!(changed.email, Some(address("new")));
    assert_refused!(
        fixture.sessions.caller(&mut fixture.work(), &tokens.access).await,
        Error::InvalidToken(TokenError::Revoked)
    );
    assert_refused!(fixture.log_in("alice", PASSWORD).await, Error::InvalidCredentials);
}

/// Under `Strict`, setting a password revokes the account's sessions except the caller's.
/// Under `Django`, no session is revoked.
#[tokio::test]
async fn setting_a_password_revokes_all_sessions_but_the_callers() {
    for policy in [SessionPolicy::Strict, SessionPolicy::Django] {
        let fixture = Fixture::of(policy, loggia_identity::LoginAttempts::unlimited).await;
        let root = root(&fixture).await;
        let elsewhere = fixture.log_in("root", PASSWORD).await.unwrap();
        let patch = ManagedAccountPatch {
            password: Some(administration(&fixture).hash(&password(OTHER)).await.unwrap()),
            ..ManagedAccountPatch::default()
        };
        let locked = administration(&fixture)
            .update(&mut fixture.work(), &root, root.account.id, patch)
            .await;
        locked.unwrap();

        let is_strict = policy == SessionPolicy::Strict;
        let outcome = fixture.sessions.caller(&mut fixture.work(), &elsewhere.access).await;
        assert_eq!(outcome.is_err(), is_strict, "{policy:?}");
        fixture.log_in("root", OTHER).await.unwrap();
    }
}

#[tokio::test]
async fn callers_cannot_deactivate_demote_or_delete_themselves() {
    let fixture = Fixture::new().await;
    let root = root(&fixture).await;
    fixture.register_superuser("other").await;
    let id = root.account.id;

    let off = ManagedAccountPatch { is_active: Some(false), ..ManagedAccountPatch::default() };
    assert_refused!(
        administration(&fixture).update(&mut fixture.work(), &root, id, off).await,
        Error::SelfAction
    );
    let other_role =
        ManagedAccountPatch { role: Some("Editor".to_owned()), ..ManagedAccountPatch::default() };
    assert_refused!(
        administration(&fixture).update(&mut fixture.work(), &root, id, other_role).await,
        Error::SelfAction
    );
    assert_refused!(
        administration(&fixture).toggle_active(&mut fixture.work(), &root, id).await,
        Error::SelfAction
    );
    assert_refused!(
        administration(&fixture).delete(&mut fixture.work(), &root, id).await,
        Error::SelfAction
    );

    // Values equal to the current ones are not a change.
    let same = ManagedAccountPatch {
        is_active: Some(true),
        role: Some("user".to_owned()),
        ..ManagedAccountPatch::default()
    };
    administration(&fixture).update(&mut fixture.work(), &root, id, same).await.unwrap();
    assert_eq!(
        fixture.accounts.by_id(&mut fixture.work(), id).await.unwrap().role,
        root.account.role
    );
}

/// A slow request does not outlive its session, except under `Django`, whose access tokens do.
#[tokio::test]
async fn a_revoked_session_is_rejected_under_the_strict_policy() {
    for policy in [SessionPolicy::Strict, SessionPolicy::Django] {
        let fixture = Fixture::of(policy, loggia_identity::LoginAttempts::unlimited).await;
        let root = root(&fixture).await;
        let id = root.account.id;
        administration(&fixture).lock(&mut fixture.work(), &root, id).await.unwrap();

        let patch = ManagedAccountPatch {
            password: Some(administration(&fixture).hash(&password(OTHER)).await.unwrap()),
            ..ManagedAccountPatch::default()
        };
        let elsewhere = Caller { session: SessionId::of("elsewhere"), ..root.clone() };
        administration(&fixture).update(&mut fixture.work(), &elsewhere, id, patch).await.unwrap();

        match policy {
            SessionPolicy::Strict => assert_refused!(
                administration(&fixture).lock(&mut fixture.work(), &root, id).await,
                Error::InvalidToken(TokenError::Revoked)
            ),
            SessionPolicy::Django => {
                administration(&fixture).lock(&mut fixture.work(), &root, id).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn locks_existing_active_accounts_only() {
    let fixture = Fixture::new().await;
    let root = root(&fixture).await;
    let alice = fixture.register("alice").await;
    let by = caller(&fixture, "alice").await;

    let locked = administration(&fixture).lock(&mut fixture.work(), &root, alice.id).await.unwrap();
    assert_eq!((locked.actor.id, locked.target.id), (root.account.id, alice.id));
    let unknown = AccountId::new(999_999);
    assert_refused!(
        administration(&fixture).lock(&mut fixture.work(), &root, unknown).await,
        Error::NotFound
    );
    assert_refused!(
        administration(&fixture).toggle_active(&mut fixture.work(), &root, unknown).await,
        Error::NotFound
    );
    assert_refused!(
        administration(&fixture).delete(&mut fixture.work(), &root, unknown).await,
        Error::NotFound
    );

    administration(&fixture).toggle_active(&mut fixture.work(), &root, alice.id).await.unwrap();
    assert_refused!(
        administration(&fixture).lock(&mut fixture.work(), &by, root.account.id).await,
        Error::InvalidToken(TokenError::InactiveAccount)
    );
    administration(&fixture).delete(&mut fixture.work(), &root, alice.id).await.unwrap();
    assert_refused!(
        administration(&fixture).lock(&mut fixture.work(), &by, root.account.id).await,
        Error::InvalidToken(TokenError::UnknownAccount)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_concurrent_toggle_counts() {
    let fixture = Fixture::new().await;
    let root = Arc::new(root(&fixture).await);
    let id = fixture.register("alice").await.id;

    let outcomes = at_once(7, |_| {
        let (fixture, root) = (Arc::clone(&fixture), Arc::clone(&root));
        async move {
            administration(&fixture).toggle_active(&mut fixture.work(), &root, id).await.unwrap()
        }
    })
    .await;

    let on = outcomes.iter().filter(|account| account.is_active).count();
    assert_eq!(on, 3);
    assert!(!fixture.accounts.by_id(&mut fixture.work(), id).await.unwrap().is_active);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_superusers_that_remove_each_other_one_remains() {
    for round in 0..6 {
        let fixture = Fixture::new().await;
        let pair = [root(&fixture).await, {
            fixture.register_superuser("other").await;
            caller(&fixture, "other").await
        }];
        let pair = Arc::new(pair);
        let outcomes = at_once(2, |n| {
            let (fixture, pair) = (Arc::clone(&fixture), Arc::clone(&pair));
            async move {
                let (by, id) = (&pair[n], pair[1 - n].account.id);
                match round % 3 {
                    0 => administration(&fixture)
                        .toggle_active(&mut fixture.work(), by, id)
                        .await
                        .map(drop),
                    1 => administration(&fixture).delete(&mut fixture.work(), by, id).await,
                    _ => {
                        let off = ManagedAccountPatch {
                            is_active: Some(false),
                            ..ManagedAccountPatch::default()
                        };
                        administration(&fixture)
                            .update(&mut fixture.work(), by, id, off)
                            .await
                            .map(drop)
                    }
                }
            }
        })
        .await;
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(done, 1, "round {round}: {outcomes:?}");
    }
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
