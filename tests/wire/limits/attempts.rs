//! Login attempts: at most twenty failures in five minutes per account and client address.

use std::time::Duration;

use crate::surface_name::SurfaceName;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{assert_later, logins, post};
use crate::app::{Request, Response, TestApp};

const LIMIT: usize = 20;
const WINDOW: Duration = Duration::from_secs(300);

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

async fn guarded() -> TestApp {
    TestApp::with(|options| options.is_rate_limited = true).await
}

/// Uses up every attempt on `name` from one address, alternating between the surfaces.
async fn exhaust_attempts(app: &TestApp, name: &str, from: &str) {
    for n in 0..LIMIT {
        let wrong = logins(name, "wrong-password");
        let (path, face, body) = &wrong[n % wrong.len()];
        let response = app.send(post(path, body).from(from)).await;
        let status = if *path == "/auth/token/login/" { 400 } else { 401 };
        assert_eq!(response.status, status, "{face:?}, {n}: {response}");
    }
}

fn throttled(face: SurfaceName, seconds: u64) -> String {
    match face {
        SurfaceName::V1 => "Too many requests.".to_owned(),
        _ => format!("Request was throttled. Expected available in {seconds} seconds."),
    }
}

/// Asserts that logins are throttled on every surface, whether the password is right or wrong.
async fn assert_throttled(app: &TestApp, name: &str, from: &str, seconds: u64) {
    for password in ["wrong-password", TestApp::PASSWORD] {
        for (path, face, body) in logins(name, password) {
            let response = app.send(post(path, &body).from(from)).await;
            let retry_after = assert_later(&response, face, 429, &throttled(face, seconds));
            assert_eq!(retry_after, seconds, "{path}");
        }
    }
}

async fn assert_open(app: &TestApp, name: &str, from: &str) {
    for (path, _, body) in logins(name, TestApp::PASSWORD) {
        let response = app.send(post(path, &body).from(from)).await;
        assert_eq!(response.status, 200, "{path}: {response}");
    }
}

#[actix_web::test]
async fn the_twenty_first_attempt_is_rejected_on_every_surface() {
    let app = guarded().await;
    app.user("alice").await;
    app.user("bob").await;
    exhaust_attempts(&app, "alice", HERE).await;

    assert_throttled(&app, "alice", HERE, 300).await;

    // The limit affects neither the account from elsewhere nor other accounts from here.
    assert_open(&app, "alice", ELSEWHERE).await;
    assert_open(&app, "bob", HERE).await;
    // A successful login from elsewhere does not reset the count.
    assert_throttled(&app, "alice", HERE, 300).await;

    app.clock().advance(WINDOW - Duration::from_secs(1));
    assert_throttled_for_one_second(&app).await;
    app.clock().advance(Duration::from_secs(1));
    assert_open(&app, "alice", HERE).await;
}

async fn assert_throttled_for_one_second(app: &TestApp) {
    let (path, face, body) = &logins("alice", TestApp::PASSWORD)[3];
    let response = app.send(post(path, body).from(HERE)).await;
    let sentence = "Request was throttled. Expected available in 1 second.";
    assert_eq!(assert_later(&response, *face, 429, sentence), 1);
}

/// Throttling must not reveal whether an account exists.
#[actix_web::test]
async fn attempts_on_unknown_accounts_are_counted_alike() {
    let app = guarded().await;
    app.user("alice").await;
    let body = |email: &str| json!({ "email": email, "password": "wrong-password" });
    let mut outcomes = Vec::new();
    for email in ["alice@example.com", "unknown@example.com"] {
        let mut responses = Vec::new();
        for _ in 0..LIMIT + 2 {
            let request = post("/api/v1/token/pair", &body(email)).from(HERE);
            responses.push(app.send(request).await.to_string());
        }
        outcomes.push(responses);
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert!(outcomes[0][LIMIT].starts_with("429"), "{:?}", outcomes[0]);
}

#[actix_web::test]
async fn a_burst_of_attempts_does_not_exceed_the_limit() {
    let app = guarded().await;
    app.user("alice").await;
    let (path, _, body) = &logins("alice", "wrong-password")[4];

    let responses = join_all((0..60).map(|_| app.send(post(path, body).from(HERE)))).await;

    let with = |status: u16| responses.iter().filter(|response| response.status == status).count();
    assert_eq!((with(401), with(429)), (LIMIT, 60 - LIMIT));
}

#[actix_web::test]
async fn successful_logins_are_not_counted() {
    let app = guarded().await;
    app.user("alice").await;
    for _ in 0..LIMIT {
        assert_open(&app, "alice", HERE).await;
    }
}

/// A stolen token must not allow guessing the password.
#[actix_web::test]
async fn attempts_at_the_current_password_are_counted_too() {
    let app = guarded().await;
    let alice = app.user("alice").await;
    let new = "An0ther-Passw0rd!";
    let ways = |old: &str| {
        [
            (
                "POST",
                "/auth/users/set_password/",
                SurfaceName::Djoser,
                json!({ "current_password": old, "new_password": new }),
            ),
            (
                "POST",
                "/auth/users/set_username/",
                SurfaceName::Djoser,
                json!({ "current_password": old, "new_username": "alicia" }),
            ),
            ("DELETE", "/auth/users/me/", SurfaceName::Djoser, json!({ "current_password": old })),
            (
                "POST",
                "/api/auth/password/change/",
                SurfaceName::Api,
                json!({ "old_password": old, "new_password": new }),
            ),
            (
                "POST",
                "/api/v1/auth/change-password",
                SurfaceName::V1,
                json!({ "old_password": old, "new_password": new }),
            ),
        ]
    };
    let attempt = async |method: &str, path: &str, body: &Value, from: &str| -> Response {
        let request = Request::new(method, path).json(body).from(from);
        alice.send(request).await
    };
    for n in 0..LIMIT {
        let (method, path, _, body) = &ways("wrong-password")[n % 5];
        let response = attempt(method, path, body, HERE).await;
        assert_eq!(response.status, 400, "{path}, {n}: {response}");
    }

    for old in ["wrong-password", TestApp::PASSWORD] {
        for (method, path, face, body) in &ways(old) {
            let response = attempt(method, path, body, HERE).await;
            let retry_after = assert_later(&response, *face, 429, &throttled(*face, 300));
            assert_eq!(retry_after, 300, "{path}");
        }
    }
    // These attempts share one count with those at login, in both directions.
    assert_throttled(&app, "alice", HERE, 300).await;
    let (method, path, _, body) = &ways(TestApp::PASSWORD)[0];
    assert_eq!(attempt(method, path, body, ELSEWHERE).await.status, 204);
}

#[actix_web::test]
async fn a_forwarded_address_counts_if_a_trusted_proxy_sent_it() {
    let app = TestApp::with(|options| {
        options.is_rate_limited = true;
        options.trusted_proxies = vec!["10.0.0.0/8".parse().expect("a network")];
    })
    .await;
    app.user("alice").await;
    let (path, _, wrong) = &logins("alice", "wrong-password")[4];
    let (_, _, right) = &logins("alice", TestApp::PASSWORD)[4];
    let through = |body, forwarded: &str| {
        post(path, body).from("10.1.2.3").header("X-Forwarded-For", forwarded)
    };

    // Addresses that the client put before the proxy's own entry are ignored.
    for n in 0..LIMIT {
        let claimed = format!("203.0.113.{n}, {HERE}");
        assert_eq!(app.send(through(wrong, &claimed)).await.status, 401);
    }
    assert_eq!(app.send(through(right, HERE)).await.status, 429);
    assert_eq!(app.send(through(right, &format!("203.0.113.99, {HERE}"))).await.status, 429);
    assert_eq!(app.send(through(right, &format!("{HERE}, 10.9.9.9"))).await.status, 429);
    assert_eq!(app.send(post(path, right).from(HERE)).await.status, 429);
    // Another client behind the same proxy is not affected.
    assert_eq!(app.send(through(right, ELSEWHERE)).await.status, 200);
}

#[actix_web::test]
async fn a_forwarded_address_from_an_untrusted_client_is_ignored() {
    let app = TestApp::with(|options| {
        options.is_rate_limited = true;
        options.trusted_proxies = vec!["10.0.0.0/8".parse().expect("a network")];
    })
    .await;
    app.user("alice").await;
    let (path, _, wrong) = &logins("alice", "wrong-password")[4];
    let (_, _, right) = &logins("alice", TestApp::PASSWORD)[4];
    let claiming =
        |body, claimed: &str| post(path, body).from(HERE).header("X-Forwarded-For", claimed);

    for n in 0..LIMIT {
        let response = app.send(claiming(wrong, &format!("203.0.113.{n}"))).await;
        assert_eq!(response.status, 401, "{response}");
    }

    assert_eq!(app.send(claiming(right, "203.0.113.99")).await.status, 429);
    // The claimed address is not throttled, either.
    assert_eq!(app.send(post(path, right).from("203.0.113.1")).await.status, 200);
}

#[actix_web::test]
async fn one_setting_disables_the_limit() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    exhaust_attempts(&app, "alice", HERE).await;
    exhaust_attempts(&app, "alice", HERE).await;
    assert_open(&app, "alice", HERE).await;
}
