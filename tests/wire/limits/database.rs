//! An unavailable or overloaded database: 503 in each dialect, and full recovery afterwards.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use loggia_db::{Backend, Db, Work};
use loggia_testkit::Relay;
use serde_json::json;
use tokio::sync::Notify;

use super::{BUSY, PROFILES, assert_later, logins, post};
use crate::app::{Caller, Request, TestApp};

/// A connection to a test's database that can be cut: on PostgreSQL a relay before the server, on SQLite a rename of
/// the folder. An open SQLite connection keeps its file, so only new connections fail there.
enum Way {
    Relay(Relay),
    Folder { here: PathBuf, elsewhere: PathBuf },
}

impl Way {
    /// Returns a connection to the database at `url`, and the URL that fails while it is cut.
    async fn to(url: &str) -> (Self, String) {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let file = PathBuf::from(path);
            let here = file.parent().expect("a folder").to_owned();
            let elsewhere = here.with_extension("moved");
            return (Self::Folder { here, elsewhere }, url.to_owned());
        }
        let relay = Relay::to(url).await;
        let url = relay.url().to_owned();
        (Self::Relay(relay), url)
    }

    fn cut(&self) {
        match self {
            Self::Relay(relay) => relay.cut(),
            Self::Folder { here, elsewhere } => fs::rename(here, elsewhere).expect("moved"),
        }
    }

    fn mend(&self) {
        match self {
            Self::Relay(relay) => relay.mend(),
            Self::Folder { here, elsewhere } => fs::rename(elsewhere, here).expect("moved back"),
        }
    }
}

impl Drop for Way {
    /// Restores the database, so that a failed test leaves nothing behind.
    fn drop(&mut self) {
        if let Self::Folder { here, elsewhere } = self {
            drop(fs::rename(elsewhere, here));
        }
    }
}

fn request_as(user: &Caller<'_>, path: &str) -> Request {
    user.request(Request::new("GET", path))
}

/// Source: docs/contract/README.md «Server errors».
const DEADLINE: Duration = Duration::from_secs(5);

#[actix_web::test]
async fn an_unavailable_database_is_503_until_it_is_back() {
    let beside = TestApp::spawn().await;
    let user = beside.user("user").await;
    let (way, url) = Way::to(beside.database_url()).await;
    let db = Db::open(&url, 2).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db).await;
    let is_relayed = matches!(way, Way::Relay(_));
    if is_relayed {
        // Opens connections before the cut.
        for (path, _) in PROFILES {
            assert_eq!(app.send(request_as(&user, path)).await.status, 200, "{path}");
        }
    }

    way.cut();
    for _ in 0..2 {
        for (path, face) in PROFILES {
            let begun = Instant::now();
            let response = app.send(request_as(&user, path)).await;
            assert_eq!(assert_later(&response, face, 503, BUSY), 2, "{path}");
            assert!(begun.elapsed() < DEADLINE, "{path}: {:?}", begun.elapsed());
        }
        for (path, face, body) in logins("user", TestApp::PASSWORD) {
            let response = app.send(post(path, &body)).await;
            assert_eq!(assert_later(&response, face, 503, BUSY), 2, "{path}");
        }
        assert_eq!(app.anonymous().get("/healthz").await.status, 200);
        let ready = app.anonymous().get("/readyz").await;
        assert_eq!(ready.status, 503, "{ready}");
        assert_eq!(ready.json()["database"], "unavailable");
        assert_eq!(ready.header("Retry-After").as_deref(), Some("2"));
        // The response reveals neither the location of the database nor the cause.
        assert!(!ready.text().contains("127.0.0.1") && !ready.text().contains("file"));
    }

    way.mend();
    for (path, _) in PROFILES {
        let response = app.send(request_as(&user, path)).await;
        assert_eq!(response.status, 200, "{path}: {response}");
    }
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);
    let (path, _, body) = &logins("user", TestApp::PASSWORD)[4];
    assert_eq!(app.send(post(path, body)).await.status, 200);
}

/// The limit of a request while the database accepts bytes and does not answer.
const STALL_LIMIT: Duration = Duration::from_secs(10);

#[actix_web::test]
async fn a_stalled_database_is_503_in_ten_seconds_and_then_back() {
    let beside = TestApp::spawn().await;
    let user = beside.user("user").await;
    if beside.services().db.backend() == Backend::Sqlite {
        // Between the program and its file there is nothing that could stall.
        return;
    }
    let relay = Relay::to(beside.database_url()).await;
    let db = Db::open(relay.url(), 4).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db).await;
    for (path, _) in PROFILES {
        assert_eq!(app.send(request_as(&user, path)).await.status, 200, "{path}");
    }

    relay.stall();
    let begun = Instant::now();
    let profiles = join_all(PROFILES.map(async |(path, face)| {
        let response = app.send(request_as(&user, path)).await;
        assert_eq!(assert_later(&response, face, 503, BUSY), 2, "{path}");
    }));
    let logins = join_all(logins("user", TestApp::PASSWORD).map(async |(path, face, body)| {
        let response = app.send(post(path, &body)).await;
        assert_eq!(assert_later(&response, face, 503, BUSY), 2, "{path}");
    }));
    let health = async {
        assert_eq!(app.anonymous().get("/healthz").await.status, 200);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        assert_eq!(app.anonymous().get("/readyz").await.status, 503);
    };
    tokio::join!(profiles, logins, health);
    assert!(begun.elapsed() < STALL_LIMIT, "{:?}", begun.elapsed());

    relay.mend_for_new_connections();
    let begun = Instant::now();
    for (path, _) in PROFILES {
        assert_eq!(app.send(request_as(&user, path)).await.status, 200, "{path}");
    }
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);
    assert!(begun.elapsed() < DEADLINE, "{:?}", begun.elapsed());
}

/// An unconfirmed registration leaves no partial state behind, so it can be repeated.
#[actix_web::test]
async fn a_request_that_failed_can_be_repeated() {
    let beside = TestApp::spawn().await;
    let (way, url) = Way::to(beside.database_url()).await;
    let db = Db::open(&url, 2).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db).await;
    let body = json!({ "email": "new@example.com", "password": TestApp::PASSWORD });

    way.cut();
    let response = app.anonymous().post("/api/auth/register/", body.clone()).await;
    assert_eq!(response.status, 503, "{response}");

    way.mend();
    let response = app.anonymous().post("/api/auth/register/", body).await;
    assert_eq!(response.status, 201, "{response}");
}

/// A transaction holds the only connection; on SQLite, the writer, for which a log-in waits too.
#[actix_web::test]
async fn a_pool_without_a_free_connection_is_503_in_three_seconds() {
    let beside = TestApp::spawn().await;
    beside.user("user").await;
    let db = Db::open(beside.database_url(), 1).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db.clone()).await;
    let logins = logins("user", TestApp::PASSWORD);
    let (begun, released) = (Notify::new(), Notify::new());
    let hold = db.transaction(async |_: &mut Work| {
        begun.notify_one();
        released.notified().await;
        Ok::<_, loggia_db::Error>(())
    });
    let send = async {
        begun.notified().await;
        let start = Instant::now();
        let sent = logins.each_ref().map(|(path, _, body)| app.send(post(path, body)));
        let responses = join_all(sent).await;
        let took = start.elapsed();
        assert_eq!(app.anonymous().get("/healthz").await.status, 200);
        released.notify_one();
        (responses, took)
    };
    let (held, (responses, took)) = tokio::join!(hold, send);
    held.expect("a transaction");

    for ((path, face, _), response) in logins.iter().zip(&responses) {
        assert_eq!(assert_later(response, *face, 503, BUSY), 2, "{path}");
    }
    assert!(Duration::from_secs(2) < took && took < DEADLINE, "{took:?}");
    for (path, _, body) in &logins {
        assert_eq!(app.send(post(path, body)).await.status, 200, "{path}");
    }
}

/// No request needs a second connection while it holds the first.
#[actix_web::test]
async fn one_connection_is_enough_for_concurrent_requests() {
    let beside = TestApp::spawn().await;
    let db = Db::open(beside.database_url(), 1).await.expect("the database");
    let app = TestApp::with_parts(|parts| parts.db = db).await;
    let anonymous = app.anonymous();

    let registered = join_all((0..24).map(async |n| {
        let body = json!({ "email": format!("new{n}@example.com"), "password": TestApp::PASSWORD });
        let response = anonymous.post("/api/v1/auth/register", body).await;
        assert_eq!(response.status, 200, "{response}");
        let bearer = format!("Bearer {}", response.text_at("/access"));
        let mut statuses = Vec::new();
        for (path, _) in PROFILES {
            let request = Request::new("GET", path).header("Authorization", &bearer);
            statuses.push(app.send(request).await.status.as_u16());
        }
        statuses
    }))
    .await;

    assert_eq!(registered, vec![vec![200; 4]; 24]);
}
