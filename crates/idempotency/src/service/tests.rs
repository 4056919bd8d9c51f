//! Tests of running requests at most once, against a real database.

use std::{
    future::pending,
    sync::{Arc, OnceLock},
    time::Duration,
};

use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Db, TransactionBody, Work, run};
use loggia_kernel::AccountId;
use loggia_testkit::{FrozenClock, TestDb};
use tokio::sync::{Barrier, Notify};

use super::{IdempotencyKeys, Outcome};
use crate::{Error, Fingerprint, Key, Request, Response, Result};

/// A database with the smallest pool, two accounts and a table to change.
struct World {
    database: TestDb,
    db: Db,
    clock: FrozenClock,
    keys: IdempotencyKeys,
}

impl World {
    async fn new() -> Self {
        let database = TestDb::with_pool(1).await;
        let db = database.db();
        let mut work = db.work();
        execute(&mut work, "CREATE TABLE notes (text TEXT NOT NULL)").await.unwrap();
        for id in [1, 2] {
            let sql = format!(
                "INSERT INTO accounts (id, public_id, slug, username, username_folded, created_at, updated_at) \
                 VALUES ({id}, 'p{id}', 's{id}', 'u{id}', 'u{id}', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
            );
            execute(&mut work, &sql).await.unwrap();
        }
        let clock = FrozenClock::default();
        let keys = IdempotencyKeys::new(Arc::new(clock.clone()));
        Self { database, db, clock, keys }
    }

    /// Opens the same database as another process would.
    async fn replica(&self) -> (Db, IdempotencyKeys) {
        let db = Db::open(self.database.url(), 1).await.unwrap();
        (db, IdempotencyKeys::new(Arc::new(self.clock.clone())))
    }

    /// Runs a request that writes a note.
    async fn run(&self, request: &Request, text: &str) -> Result<Outcome<String>> {
        write(&self.keys, &mut self.db.work(), request, text).await
    }

    /// Runs a request with this key.
    async fn send<F>(&self, key: &str, body: F) -> Result<Outcome<String>>
    where
        F: for<'w> TransactionBody<'w, String, Error>,
    {
        let mut work = self.db.work();
        self.keys.run(&mut work, &request(key), body, response_of).await
    }

    async fn notes(&self) -> i64 {
        self.count("notes").await
    }

    async fn responses(&self) -> i64 {
        self.count("idempotency_answers").await
    }

    async fn count(&self, table: &str) -> i64 {
        let count = diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT COUNT(*) FROM ")
            .sql(table)
            .sql(")");
        let mut work = self.db.work();
        run!(work, |c| diesel::select(count).get_result(c)).unwrap()
    }
}

async fn execute(work: &mut Work, sql: &str) -> db::Result<()> {
    run!(work, |c| diesel::sql_query(sql).execute(c)).map(drop)
}

async fn note(work: &mut Work, text: &str) -> Result<String> {
    execute(work, &format!("INSERT INTO notes VALUES ('{text}')")).await?;
    Ok(text.to_owned())
}

async fn write(
    keys: &IdempotencyKeys,
    work: &mut Work,
    request: &Request,
    text: &str,
) -> Result<Outcome<String>> {
    keys.run(work, request, async |work| note(work, text).await, response_of).await
}

/// Success and the one client error of these tests are stored. An internal error is not.
fn response_of(outcome: &Result<String>) -> Option<Response> {
    match outcome {
        Ok(text) => Some(response(201, text)),
        Err(Error::Store(db::Error::NotFound)) => Some(response(404, "no")),
        Err(_) => None,
    }
}

fn response(status: u16, body: &str) -> Response {
    Response { status, content_type: Some("text/plain".to_owned()), body: body.as_bytes().to_vec() }
}

fn request(key: &str) -> Request {
    Request {
        account: AccountId::new(1),
        method: "POST".to_owned(),
        path: "/notes/".to_owned(),
        key: Key::parse(key).unwrap(),
        fingerprint: Fingerprint::of("", b"body"),
    }
}

fn replayed(done: Result<Outcome<String>>) -> Response {
    match done {
        Ok(Outcome::Replayed(response)) => response,
        other => panic!("not a replay: {other:?}"),
    }
}

fn assert_refused(done: Result<Outcome<String>>) {
    let is_refused = matches!(done, Err(Error::Store(db::Error::NotFound)));
    assert!(is_refused, "{done:?}");
}

#[tokio::test]
async fn a_second_attempt_changes_nothing_and_replays_the_response() {
    let world = World::new().await;
    let first = world.run(&request("k"), "a").await;
    assert!(matches!(first, Ok(Outcome::Executed(text)) if text == "a"));

    let again = replayed(world.run(&request("k"), "b").await);
    let (db, keys) = world.replica().await;
    let elsewhere = write(&keys, &mut db.work(), &request("k"), "c").await;

    assert_eq!(again, response(201, "a"));
    assert_eq!(replayed(elsewhere), response(201, "a"));
    assert_eq!(world.notes().await, 1);
}

#[tokio::test]
async fn a_key_counts_for_one_account_method_and_path() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let others = [
        request("l"),
        Request { account: AccountId::new(2), ..request("k") },
        Request { method: "PUT".to_owned(), ..request("k") },
        Request { path: "/other/".to_owned(), ..request("k") },
        Request { path: format!("/{}/", "x".repeat(8000)), ..request("k") },
    ];
    for other in &others {
        let done = world.run(other, "b").await;
        assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
        replayed(world.run(other, "c").await);
    }
    assert_eq!(world.notes().await, 6);
}

#[tokio::test]
async fn rejects_another_payload() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let other = Request { fingerprint: Fingerprint::of("", b"another"), ..request("k") };

    let refused = world.run(&other, "b").await;

    assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
    assert_eq!(world.notes().await, 1);
}

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

#[tokio::test]
async fn a_key_expires_after_a_day_and_its_response_is_purged() {
    let world = World::new().await;
    let mut work = world.db.work();
    world.run(&request("k"), "a").await.unwrap();
    world.run(&request("l"), "b").await.unwrap();
    world.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    replayed(world.run(&request("k"), "c").await);
    assert_eq!(world.keys.purge(&mut work).await.unwrap(), 0);
    world.clock.advance(Duration::from_secs(1));

    let done = world.run(&request("k"), "d").await;

    assert!(matches!(done, Ok(Outcome::Executed(text)) if text == "d"));
    assert_eq!((world.notes().await, world.responses().await), (3, 2));
    assert_eq!(world.keys.purge(&mut work).await.unwrap(), 1);
    assert_eq!(world.responses().await, 1);
    replayed(world.run(&request("k"), "e").await);
}

#[tokio::test]
async fn responses_are_deleted_with_their_account() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let delete = async |work: &mut Work| -> Result<String> {
        execute(work, "DELETE FROM accounts WHERE id = 1").await?;
        Ok("deleted".to_owned())
    };

    // The account no longer exists, so nothing can be stored for its own deletion.
    let done = world.send("l", delete).await;

    assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
    assert_eq!(world.responses().await, 0);
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
