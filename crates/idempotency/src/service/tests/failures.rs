//! Requests that fail: which responses are stored.

use std::future::pending;

use loggia_db::{self as db, Work};
use tokio::sync::Notify;

use super::{World, assert_refused, execute, note, replayed, request, response};
use crate::{Error, Response, Result};

#[tokio::test]
async fn stores_the_response_of_a_refusal_and_rolls_its_changes_back() {
    let world = World::new().await;
    let refuse = async |work: &mut Work| -> Result<String> {
        note(work, "a").await?;
        Err(db::Error::NotFound.into())
    };

    let refused = world.send("k", refuse).await;

    assert_refused(refused);
    assert_eq!((world.notes().await, world.responses().await), (0, 1));
    let again = replayed(world.run(&request("k"), "b").await);
    assert_eq!(again, response(404, "no"));
    assert_eq!(world.notes().await, 0);
}

#[tokio::test]
async fn stores_the_response_of_a_refusal_after_a_failed_statement() {
    let world = World::new().await;
    let refuse = async |work: &mut Work| -> Result<String> {
        note(work, "a").await?;
        assert!(execute(work, "INSERT INTO notes VALUES (NULL)").await.is_err());
        Err(db::Error::NotFound.into())
    };

    let refused = world.send("k", refuse).await;

    assert_refused(refused);
    assert_eq!((world.notes().await, world.responses().await), (0, 1));
    replayed(world.run(&request("k"), "b").await);
}

#[tokio::test]
async fn stores_the_response_of_a_refusal_after_a_dropped_nested_transaction() {
    let world = World::new().await;
    let reached = Notify::new();
    let refuse = async |work: &mut Work| -> Result<String> {
        note(work, "a").await?;
        let nested = work.transaction(async |work: &mut Work| -> Result<()> {
            note(work, "b").await?;
            reached.notify_one();
            pending().await
        });
        tokio::select! {
            never = nested => never?,
            () = reached.notified() => {}
        }
        Err(db::Error::NotFound.into())
    };

    let refused = world.send("k", refuse).await;

    assert_refused(refused);
    assert_eq!((world.notes().await, world.responses().await), (0, 1));
    replayed(world.run(&request("k"), "b").await);
}

#[tokio::test]
async fn an_internal_error_may_be_retried() {
    let world = World::new().await;
    let fail = async |work: &mut Work| -> Result<String> {
        note(work, "a").await?;
        Err(db::Error::Conflict.into())
    };

    let failed = world.send("k", fail).await;

    assert!(matches!(failed, Err(Error::Store(db::Error::Conflict))));
    assert_eq!((world.notes().await, world.responses().await), (0, 0));
    world.run(&request("k"), "b").await.unwrap();
    assert_eq!((world.notes().await, world.responses().await), (1, 1));
}

#[tokio::test]
async fn a_change_whose_response_cannot_be_stored_is_rolled_back() {
    let world = World::new().await;
    let large = |_: &Result<String>| Some(response(201, &"x".repeat(Response::MAX_BYTES + 1)));
    let write = async |work: &mut Work| note(work, "a").await;

    let mut work = world.db.work();
    let refused = world.keys.run(&mut work, &request("k"), write, large).await;

    assert!(matches!(refused, Err(Error::TooLarge { .. })));
    assert_eq!((world.notes().await, world.responses().await), (0, 0));
}
