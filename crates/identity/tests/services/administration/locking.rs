//! Locking the caller and the account, and concurrent changes.

use std::sync::Arc;

use loggia_identity::{Accounts, Caller, Error, ManagedAccountPatch, SessionPolicy, TokenError};
use loggia_kernel::{AccountId, SessionId};

use super::{administration, caller, root};
use crate::{
    assert_refused,
    fixtures::{Fixture, OTHER, at_once, password},
};

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
