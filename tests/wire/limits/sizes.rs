//! Limits of bodies, passwords and the hashing queue.

use std::pin::pin;

use crate::surface_name::SurfaceName;
use futures_util::poll;
use loggia_identity::passwords::{Hasher, Params, Password};
use serde_json::{Value, json};

use super::{BUSY, assert_later, logins, post};
use crate::app::{Request, TestApp};

/// Source: docs/contract/README.md «Request limits».
const MAX_BODY: usize = 64 * 1024;
const MAX_PASSWORD: usize = 4096;

/// Returns a body of this size that is valid JSON.
fn body_of(bytes: usize) -> String {
    let (head, tail) = (r#"{"filler": ""#, r#""}"#);
    let filler = "x".repeat(bytes - head.len() - tail.len());
    format!("{head}{filler}{tail}")
}

#[actix_web::test]
async fn a_body_over_64_kib_is_rejected_in_each_dialect() {
    let app = TestApp::spawn().await;
    let sentence = "Request body is too large.";

    for (path, face, _) in logins("alice", "") {
        let response = app.anonymous().post(path, body_of(MAX_BODY).as_str()).await;
        assert_eq!(response.status, 400, "{path}: {response}");

        for bytes in [MAX_BODY + 1, 10 * MAX_BODY] {
            let response = app.anonymous().post(path, body_of(bytes).as_str()).await;
            assert_eq!(response.status, 413, "{path}: {response}");
            let expected = match face {
                SurfaceName::Users => json!({ "status": "failed", "message": sentence }),
                SurfaceName::Djoser | SurfaceName::Api | SurfaceName::V1 => {
                    json!({ "detail": sentence })
                }
            };
            assert_eq!(response.json(), expected, "{path}");
        }
    }
}

#[actix_web::test]
async fn forms_have_the_same_limit() {
    let app = TestApp::spawn().await;
    let urlencoded = format!("a={}", "x".repeat(MAX_BODY));
    let multipart = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n{}\r\n--cut--\r\n",
        "x".repeat(MAX_BODY)
    );
    for (kind, body) in [
        ("application/x-www-form-urlencoded", urlencoded),
        ("multipart/form-data; boundary=cut", multipart),
    ] {
        for path in ["/auth/users/", "/api/users/register/", "/api/auth/register/"] {
            let request = Request::new("POST", path).header("Content-Type", kind);
            let response = app.send(request.body(body.as_str())).await;
            assert_eq!(response.status, 413, "{kind}: {response}");
        }
    }
}

/// Returns every operation that sets a password, with this password.
fn ways_to(password: &str) -> [(&'static str, Value); 7] {
    [
        (
            "/auth/users/",
            json!({ "username": "new1", "password": password, "re_password": password }),
        ),
        (
            "/api/users/register/",
            json!({ "email": "new2@example.com", "password": password, "confirm_password": password }),
        ),
        ("/api/auth/register/", json!({ "email": "new3@example.com", "password": password })),
        ("/api/v1/auth/register", json!({ "email": "new4@example.com", "password": password })),
        (
            "/auth/users/set_password/",
            json!({ "current_password": TestApp::PASSWORD, "new_password": password }),
        ),
        (
            "/api/auth/password/change/",
            json!({ "old_password": TestApp::PASSWORD, "new_password": password }),
        ),
        (
            "/api/v1/auth/change-password",
            json!({ "old_password": TestApp::PASSWORD, "new_password": password }),
        ),
    ]
}

#[actix_web::test]
async fn a_password_over_4096_bytes_is_rejected_with_the_limit() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    // The limit counts bytes, not characters.
    for (long, fits) in [
        ("a1".repeat(MAX_PASSWORD / 2) + "x", "a1".repeat(MAX_PASSWORD / 2)),
        ("ß1".repeat(MAX_PASSWORD / 3) + "ß", "ß1".repeat(MAX_PASSWORD / 3)),
    ] {
        assert!(long.len() > MAX_PASSWORD && fits.len() <= MAX_PASSWORD);
        for (path, body) in ways_to(&long) {
            let response = alice.post(path, body).await;
            assert_eq!(response.status, 400, "{path}: {response}");
            let text = response.text();
            assert!(text.contains("4096"), "{path}: {text}");
            assert!(!text.contains(&long), "{path}");
        }
        for (n, (path, mut body)) in ways_to(&fits).into_iter().enumerate() {
            // A new account for each operation, because each one needs the original password.
            let who = format!("person{n}with{}", fits.chars().count());
            let caller = app.user(&who).await;
            for (key, value) in
                [("email", format!("{who}.new@example.com")), ("username", who + "new")]
            {
                if !body[key].is_null() {
                    body[key] = json!(value);
                }
            }
            let response = caller.post(path, body).await;
            assert!(response.status.is_success(), "{path}: {response}");
        }
    }
}

/// No account can have such a password, so the error is the one for a wrong password.
#[actix_web::test]
async fn a_login_with_an_overlong_password_fails_like_any_other() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    for (path, _, body) in logins("alice", &"x".repeat(50_000)) {
        let response = app.anonymous().post(path, body).await;
        assert!(matches!(response.status.as_u16(), 400 | 401), "{path}: {response}");
        assert!(response.body.len() < 300, "{path}: {response}");
    }
}

/// Makes one hash take seconds, longer than the other requests of the test even on a slow machine.
const SLOW: Params = Params { memory_kib: 19 * 1024, passes: 100, lanes: 1 };

#[actix_web::test]
async fn a_full_hashing_queue_is_503_with_retry_after() {
    let hasher = Hasher::new(SLOW, 1, 0);
    let app = TestApp::with_parts(|parts| parts.hasher = hasher.clone()).await;
    let password = Password::new("occupies the only permit").expect("a password");
    let mut occupied = pin!(hasher.hash(&password));
    assert!(poll!(&mut occupied).is_pending());

    for (path, face, body) in logins("unknown", TestApp::PASSWORD) {
        let response = app.send(post(path, &body)).await;
        assert_eq!(assert_later(&response, face, 503, BUSY), 2, "{path}");
    }
    for (path, body) in &ways_to(TestApp::PASSWORD)[..4] {
        let response = app.send(post(path, body)).await;
        assert_eq!(response.status, 503, "{path}: {response}");
        assert_eq!(response.header("Retry-After").as_deref(), Some("2"), "{path}");
    }
    // Requests that hash nothing are still served.
    for path in ["/healthz", "/readyz", "/api/v1/health", "/api/users/status/"] {
        assert_eq!(app.anonymous().get(path).await.status, 200, "{path}");
    }
    assert_eq!((hasher.running(), hasher.waiting()), (1, 0));

    occupied.await.expect("a hash");
    let (path, _, body) = &logins("unknown", TestApp::PASSWORD)[4];
    assert_eq!(app.send(post(path, body)).await.status, 401);
}
