//! Creating and changing accounts.

use loggia_identity::{
    AccountPatch, Accounts, Error, Field, ManagedAccountPatch, NewManagedAccount, SessionPolicy,
    Sessions, TokenError,
};
use loggia_kernel::Change;

use super::{administration, new_account, root};
use crate::{
    assert_refused,
    fixtures::{Fixture, OTHER, PASSWORD, address, password},
};

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
