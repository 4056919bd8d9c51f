//! Concurrent and cancelled requests.

use std::{
    future::pending,
    sync::{Arc, OnceLock},
};

use loggia_db::{self as db, Work};
use tokio::sync::{Barrier, Notify};

use super::{World, execute, note, replayed, request, response_of, write};
use crate::{Error, Result, service::Outcome};

#[tokio::test]
async fn a_concurrent_request_fails_at_once() {
    let world = World::new().await;
    let second = OnceLock::new();
    let first = async |work: &mut Work| {
        // Stands for a second request that arrives while this one is in progress.
        let outcome = world.run(&request("k"), "b").await;
        second.set(outcome).unwrap();
        note(work, "a").await
    };

    let first = world.send("k", first).await;

    first.unwrap();
    assert!(matches!(second.get(), Some(Err(Error::InProgress))));
    assert_eq!(world.notes().await, 1);
    replayed(world.run(&request("k"), "c").await);
}

/// On SQLite the second request waits and replays the response. On PostgreSQL it may also fail as in progress.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_executes_the_request() {
    let world = World::new().await;
    let (other_db, other) = world.replica().await;
    for n in 1..=20 {
        let key = format!("k{n}");
        let start = Arc::new(Barrier::new(2));
        let second = tokio::spawn({
            let (mut work, keys) = (other_db.work(), other.clone());
            let (start, request) = (Arc::clone(&start), request(&key));
            async move {
                start.wait().await;
                write(&keys, &mut work, &request, "b").await
            }
        });
        start.wait().await;
        let first = world.run(&request(&key), "a").await;

        let both = [first, second.await.unwrap()];
        let executed = |one: &&Result<_>| matches!(one, Ok(Outcome::Executed(_)));
        assert_eq!(both.iter().filter(executed).count(), 1, "{both:?}");
        let is_valid = |one: &Result<_>| matches!(one, Ok(_) | Err(Error::InProgress));
        assert!(both.iter().all(is_valid), "{both:?}");
        assert_eq!((world.notes().await, world.responses().await), (n, n));
    }
}

/// Drops a request midway, as a server does at shutdown.
#[tokio::test]
async fn a_dropped_request_leaves_neither_change_nor_lock() {
    let world = World::new().await;
    let reached = Arc::new(Notify::new());
    let (keys, mut work, inside) = (world.keys.clone(), world.db.work(), Arc::clone(&reached));
    let task = tokio::spawn(async move {
        let write = async |work: &mut Work| -> Result<String> {
            note(work, "a").await?;
            inside.notify_one();
            pending().await
        };
        keys.run(&mut work, &request("k"), write, response_of).await
    });
    reached.notified().await;

    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());

    assert_eq!((world.notes().await, world.responses().await), (0, 0));
    world.run(&request("k"), "b").await.unwrap();
    assert_eq!(world.notes().await, 1);
}

/// Otherwise a deletion, which locks the account first, and a response, which refers to it last, could deadlock.
#[tokio::test]
async fn the_account_is_locked_from_the_beginning_of_its_request() {
    let world = World::new().await;
    if world.db.backend() == db::Backend::Sqlite {
        // SQLite has a single writer.
        return;
    }
    let (other, _) = world.replica().await;
    let write = async |work: &mut Work| {
        let lock = "SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT";
        assert!(execute(&mut other.work(), lock).await.is_err());
        note(work, "a").await
    };

    let done = world.send("k", write).await;

    assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
}
