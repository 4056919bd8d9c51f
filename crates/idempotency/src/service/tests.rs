//! Tests of running requests at most once, against a real database.

mod concurrency;
mod failures;
mod replays;

use std::sync::Arc;

use loggia_db::{self as db, Db, RunQueryDsl, TransactionBody, Work, run};
use loggia_kernel::AccountId;
use loggia_testkit::{FrozenClock, TestDb};

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
