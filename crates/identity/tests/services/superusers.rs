//! Tests that at least one active superuser always remains.

use std::sync::Arc;

use loggia_identity::{Accounts, Error};
use loggia_kernel::PageRequest;

use crate::{
    assert_refused,
    fixtures::{Fixture, at_once},
};

async fn active_superusers(fixture: &Fixture) -> usize {
    let all = fixture.accounts.list(&mut fixture.work(), PageRequest::new(100, 0)).await.unwrap();
    let is_active = |a: &&loggia_identity::Account| a.is_superuser && a.is_active;
    all.items.iter().filter(is_active).count()
}

#[tokio::test]
async fn the_last_one_cannot_be_removed() {
    let fixture = Fixture::new().await;
    let (root, admin) =
        (fixture.register_superuser("root").await, fixture.register_superuser("admin").await);
    let user = fixture.register("user").await;

    fixture.accounts.set_active(&mut fixture.work(), user.id, false).await.unwrap();
    fixture.accounts.set_active(&mut fixture.work(), admin.id, false).await.unwrap();

    assert_refused!(
        fixture.accounts.set_active(&mut fixture.work(), root.id, false).await,
        Error::LastSuperuser
    );
    assert_refused!(
        fixture.accounts.delete(&mut fixture.work(), root.id).await,
        Error::LastSuperuser
    );
    fixture.accounts.delete(&mut fixture.work(), user.id).await.unwrap();
    fixture.accounts.delete(&mut fixture.work(), admin.id).await.unwrap();
    assert_eq!(active_superusers(&fixture).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_that_deactivate_each_other_concurrently_one_succeeds_at_most() {
    for round in 0..6 {
        let fixture = Fixture::new().await;
        let pair = [
            fixture.register_superuser("one").await.id,
            fixture.register_superuser("other").await.id,
        ];
        let outcomes = at_once(2, |n| {
            let (fixture, id) = (Arc::clone(&fixture), pair[n]);
            async move {
                if round % 2 == 0 {
                    fixture.accounts.set_active(&mut fixture.work(), id, false).await.map(drop)
                } else {
                    fixture.accounts.delete(&mut fixture.work(), id).await
                }
            }
        })
        .await;

        assert_eq!(active_superusers(&fixture).await, 1);
        let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
        assert!(matches!(refused.as_slice(), [Error::LastSuperuser]), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_concurrent_removals_of_all_one_remains() {
    let fixture = Fixture::new().await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(fixture.register_superuser(&format!("root{n}")).await.id);
    }

    let outcomes = at_once(10, |n| {
        let (fixture, id) = (Arc::clone(&fixture), ids[n]);
        async move { fixture.accounts.set_active(&mut fixture.work(), id, false).await.map(drop) }
    })
    .await;

    assert_eq!(active_superusers(&fixture).await, 1);
    let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(matches!(refused.as_slice(), [Error::LastSuperuser]), "{refused:?}");
}
