//! Tests of running requests at most once, against a real database.

use std::{cell::Cell, sync::Arc, time::Duration};

use diesel_async::RunQueryDsl;
use loggia_db::{self as db, Conn, Db, run};
use loggia_kernel::AccountId;
use loggia_testkit::{FrozenClock, TestDb};
use tokio::sync::{Barrier, oneshot};

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
        let mut conn = db.write().await.unwrap();
        execute(&mut conn, "CREATE TABLE notes (text TEXT NOT NULL)")
            .await
            .unwrap();
        for id in [1, 2] {
            let sql = format!(
                "INSERT INTO accounts (id, public_id, slug, username, username_folded, created_at, updated_at) \
                 VALUES ({id}, 'p{id}', 's{id}', 'u{id}', 'u{id}', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
            );
            execute(&mut conn, &sql).await.unwrap();
        }
        drop(conn);
        let clock = FrozenClock::default();
        let keys = IdempotencyKeys::new(db.clone(), Arc::new(clock.clone()));
        Self {
            database,
            db,
            clock,
            keys,
        }
    }

    /// Opens the same database as another process would.
    async fn replica(&self) -> IdempotencyKeys {
        let db = Db::open(self.database.url(), 1).await.unwrap();
        IdempotencyKeys::new(db, Arc::new(self.clock.clone()))
    }

    async fn note(&self, text: &str) -> Result<String> {
        note(&self.db, text).await
    }

    async fn run(&self, request: &Request, text: &str) -> Result<Outcome<String>> {
        self.keys.run(request, self.note(text), response_of).await
    }

    async fn notes(&self) -> i64 {
        self.count("notes").await
    }

    async fn kept(&self) -> i64 {
        self.count("idempotency_answers").await
    }

    async fn count(&self, table: &str) -> i64 {
        let mut conn = self.db.read().await.unwrap();
        let count = diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT COUNT(*) FROM ")
            .sql(table)
            .sql(")");
        run!(conn, |c| diesel::select(count).get_result(c)).unwrap()
    }
}

async fn execute(conn: &mut Conn, sql: &str) -> db::Result<()> {
    run!(conn, |c| diesel::sql_query(sql).execute(c)).map(drop)
}

async fn note(db: &Db, text: &str) -> Result<String> {
    let sql = format!("INSERT INTO notes VALUES ('{text}')");
    let mut tx = db.begin().await?;
    execute(&mut tx, &sql).await?;
    tx.commit().await?;
    Ok(text.to_owned())
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
    Response {
        status,
        content_type: Some("text/plain".to_owned()),
        body: body.as_bytes().to_vec(),
    }
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

fn before(done: Result<Outcome<String>>) -> Response {
    match done {
        Ok(Outcome::Replayed(response)) => response,
        other => panic!("not a replay: {other:?}"),
    }
}

#[tokio::test]
async fn the_second_time_nothing_is_done_and_the_same_is_answered() {
    let world = World::new().await;
    let first = world.run(&request("k"), "a").await;
    assert!(matches!(first, Ok(Outcome::Executed(text)) if text == "a"));

    let again = before(world.run(&request("k"), "b").await);
    let elsewhere = world.replica().await;
    let there = elsewhere
        .run(&request("k"), world.note("c"), response_of)
        .await;

    assert_eq!(again, response(201, "a"));
    assert_eq!(before(there), response(201, "a"));
    assert_eq!(world.notes().await, 1);
}

#[tokio::test]
async fn a_key_counts_for_one_account_method_and_path() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let others = [
        request("l"),
        Request {
            account: AccountId::new(2),
            ..request("k")
        },
        Request {
            method: "PUT".to_owned(),
            ..request("k")
        },
        Request {
            path: "/other/".to_owned(),
            ..request("k")
        },
        Request {
            path: format!("/{}/", "x".repeat(8000)),
            ..request("k")
        },
    ];
    for other in &others {
        let done = world.run(other, "b").await;
        assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
        before(world.run(other, "c").await);
    }
    assert_eq!(world.notes().await, 6);
}

#[tokio::test]
async fn another_payload_is_refused() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let other = Request {
        fingerprint: Fingerprint::of("", b"another"),
        ..request("k")
    };

    let refused = world.run(&other, "b").await;

    assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
    assert_eq!(world.notes().await, 1);
}

#[tokio::test]
async fn of_a_refusal_the_answer_is_kept_and_no_change() {
    let world = World::new().await;
    let refuse = async {
        world.note("a").await?;
        Err(db::Error::NotFound.into())
    };

    let refused = world.keys.run(&request("k"), refuse, response_of).await;

    assert!(matches!(refused, Err(Error::Store(db::Error::NotFound))));
    assert_eq!((world.notes().await, world.kept().await), (0, 1));
    let again = before(world.run(&request("k"), "b").await);
    assert_eq!(again, response(404, "no"));
    assert_eq!(world.notes().await, 0);
}

#[tokio::test]
async fn a_refusal_that_cost_the_transaction_is_kept_all_the_same() {
    let world = World::new().await;
    let refuse = async {
        world.note("a").await?;
        let _dropped = world.db.begin().await?;
        Err(db::Error::NotFound.into())
    };

    let refused = world.keys.run(&request("k"), refuse, response_of).await;

    assert!(matches!(refused, Err(Error::Store(db::Error::NotFound))));
    assert_eq!((world.notes().await, world.kept().await), (0, 1));
    before(world.run(&request("k"), "b").await);
}

#[tokio::test]
async fn after_a_fault_it_may_be_tried_again() {
    let world = World::new().await;
    let fail = async {
        world.note("a").await?;
        Err(db::Error::Conflict.into())
    };

    let failed = world.keys.run(&request("k"), fail, response_of).await;

    assert!(matches!(failed, Err(Error::Store(db::Error::Conflict))));
    assert_eq!((world.notes().await, world.kept().await), (0, 0));
    world.run(&request("k"), "b").await.unwrap();
    assert_eq!((world.notes().await, world.kept().await), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_done() {
    let world = World::new().await;
    let large = |_: &Result<String>| Some(response(201, &"x".repeat(Response::MAX_BYTES + 1)));

    let refused = world.keys.run(&request("k"), world.note("a"), large).await;

    assert!(matches!(refused, Err(Error::TooLarge { .. })));
    assert_eq!((world.notes().await, world.kept().await), (0, 0));
}

#[tokio::test]
async fn a_second_one_meanwhile_is_told_so_at_once() {
    let world = World::new().await;
    let inside = Cell::new(0);
    let work = async {
        // Stands for a second request that arrives while this one is in progress.
        let second = world.run(&request("k"), "b").await;
        assert!(matches!(second, Err(Error::InProgress)));
        inside.set(1);
        world.note("a").await
    };

    world
        .keys
        .run(&request("k"), work, response_of)
        .await
        .unwrap();

    assert_eq!((inside.get(), world.notes().await), (1, 1));
    before(world.run(&request("k"), "c").await);
}

/// On SQLite the second request waits and replays the response. On PostgreSQL it may also fail as in progress.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_two_processes_at_once_it_is_done_in_one() {
    let world = World::new().await;
    let other_db = Db::open(world.database.url(), 1).await.unwrap();
    let other = IdempotencyKeys::new(other_db.clone(), Arc::new(world.clock.clone()));
    for n in 1..=20 {
        let key = format!("k{n}");
        let start = Arc::new(Barrier::new(2));
        let second = tokio::spawn({
            let (db, keys) = (other_db.clone(), other.clone());
            let (start, request) = (Arc::clone(&start), request(&key));
            async move {
                start.wait().await;
                keys.run(&request, note(&db, "b"), response_of).await
            }
        });
        start.wait().await;
        let first = world.run(&request(&key), "a").await;

        let both = [first, second.await.unwrap()];
        let done = both
            .iter()
            .filter(|one| matches!(one, Ok(Outcome::Executed(_))));
        assert_eq!(done.count(), 1, "{both:?}");
        let is_told = |one: &Result<Outcome<String>>| matches!(one, Ok(_) | Err(Error::InProgress));
        assert!(both.iter().all(is_told), "{both:?}");
        assert_eq!((world.notes().await, world.kept().await), (n, n));
    }
}

/// Drops a request midway, as a server does at shutdown.
#[tokio::test]
async fn dropped_in_the_middle_it_leaves_neither_change_nor_claim() {
    let world = World::new().await;
    let (reached, wait) = oneshot::channel();
    let (keys, db) = (world.keys.clone(), world.db.clone());
    let task = tokio::spawn(async move {
        let work = async {
            note(&db, "a").await?;
            reached.send(()).unwrap();
            std::future::pending().await
        };
        keys.run(&request("k"), work, response_of).await
    });
    wait.await.unwrap();

    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());

    assert_eq!((world.notes().await, world.kept().await), (0, 0));
    world.run(&request("k"), "b").await.unwrap();
    assert_eq!(world.notes().await, 1);
}

#[tokio::test]
async fn after_a_day_a_key_is_new_again_and_the_old_answer_can_go() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    world.run(&request("l"), "b").await.unwrap();
    world.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    before(world.run(&request("k"), "c").await);
    assert_eq!(world.keys.purge().await.unwrap(), 0);
    world.clock.advance(Duration::from_secs(1));

    let done = world.run(&request("k"), "d").await;

    assert!(matches!(done, Ok(Outcome::Executed(text)) if text == "d"));
    assert_eq!((world.notes().await, world.kept().await), (3, 2));
    assert_eq!(world.keys.purge().await.unwrap(), 1);
    assert_eq!(world.kept().await, 1);
    before(world.run(&request("k"), "e").await);
}

#[tokio::test]
async fn answers_go_with_their_account() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let delete = async {
        let mut conn = world.db.write().await?;
        execute(&mut conn, "DELETE FROM accounts WHERE id = 1").await?;
        Ok("gone".to_owned())
    };

    // The account no longer exists, so nothing can be stored for its own deletion.
    let done = world.keys.run(&request("l"), delete, response_of).await;

    assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
    assert_eq!(world.kept().await, 0);
}

/// Otherwise a deletion, which locks the account first, and a response, which refers to it last, could deadlock.
#[tokio::test]
async fn an_account_stays_from_the_beginning_of_its_request() {
    let world = World::new().await;
    if world.db.backend() == db::Backend::Sqlite {
        // SQLite has a single writer.
        return;
    }
    let other = Db::open(world.database.url(), 1).await.unwrap();
    let work = async {
        let mut conn = other.write().await?;
        let held = "SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT";
        assert!(execute(&mut conn, held).await.is_err());
        drop(conn);
        world.note("a").await
    };

    let done = world.keys.run(&request("k"), work, response_of).await;

    assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
}
