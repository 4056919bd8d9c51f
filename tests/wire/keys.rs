//! A changed secret key. Source: README.md, "Changing the key".

use std::time::Duration;

use loggia_identity::{SecretKey, SecretKeys, Subject};
use loggia_kernel::Timestamp;
use serde_json::{Value, json};

use crate::app::{Request, Response, TestApp};

const LOGIN: &str = "/auth/token/login/";
const OPAQUE_ME: &str = "/auth/users/me/";
const ME: &str = "/api/v1/users/me";
const CONTACTS: &str = "/api/v1/contacts/";
const REFRESH: &str = "/auth/jwt/refresh/";
const VERIFY: &str = "/auth/jwt/verify/";

const NEW_KEY: &str = "wire-suite-only-other-secret-0123456789";
const THIRD_KEY: &str = "wire-suite-only-third-secret-0123456789";

/// The time for which the previous key is accepted.
const GRACE: Duration = Duration::from_secs(10 * 60);

fn key(text: &str) -> SecretKey {
    SecretKey::new(text).expect("a long enough key")
}

/// Returns the new key, with the key of [`TestApp::spawn`] as the previous one until this time.
fn rotated(until: Timestamp) -> SecretKeys {
    SecretKeys::from(key(NEW_KEY)).with_previous(key(TestApp::SECRET), until)
}

/// Starts another app on the database and the clock of `app`, with other keys.
async fn reopened(app: &TestApp, keys: impl Into<SecretKeys>) -> TestApp {
    let services = app.services();
    TestApp::with_parts(|parts| {
        parts.db = services.db.clone();
        parts.clock = services.clock.clone();
        parts.storage = services.storage.clone();
        parts.keys = keys.into();
    })
    .await
}

async fn log_in(app: &TestApp) -> String {
    let login = json!({ "username": "alice", "password": TestApp::PASSWORD });
    app.anonymous().post(LOGIN, login).await.text_at("/auth_token")
}

async fn get(app: &TestApp, path: &str, authorization: &str) -> Response {
    let request = Request::new("GET", path).header("Authorization", authorization);
    app.send(request).await
}

/// Returns the status of a request with an opaque token.
async fn opaque_status(app: &TestApp, token: &str) -> u16 {
    let response = get(app, OPAQUE_ME, &format!("Token {token}")).await;
    response.status.as_u16()
}

/// Returns the statuses of a request with the access token, of refreshing, and of verifying.
async fn jwt_statuses(app: &TestApp, access: &str, refresh: &str) -> [u16; 3] {
    let post = async |path: &str, body: Value| app.anonymous().post(path, body).await.status;
    [
        get(app, ME, &format!("Bearer {access}")).await.status,
        post(REFRESH, json!({ "refresh": refresh })).await,
        post(VERIFY, json!({ "token": refresh })).await,
    ]
    .map(|status| status.as_u16())
}

#[actix_web::test]
async fn a_login_after_a_change_of_the_key_returns_a_token_that_is_accepted() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let old = log_in(&app).await;

    let changed = reopened(&app, key(NEW_KEY)).await;
    assert_eq!(opaque_status(&changed, &old).await, 401);
    let new = log_in(&changed).await;

    assert_eq!(opaque_status(&changed, &new).await, 200);
    assert_eq!(opaque_status(&changed, &old).await, 401);
    assert_eq!(log_in(&changed).await, new);
}

#[actix_web::test]
async fn tokens_of_the_previous_key_are_accepted_until_its_date() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let old = log_in(&app).await;
    let rotated = reopened(&app, rotated(app.now().plus(GRACE))).await;

    app.clock().advance(GRACE - Duration::from_micros(1));
    let statuses = jwt_statuses(&rotated, alice.access(), alice.refresh()).await;
    assert_eq!(statuses, [200; 3]);
    assert_eq!(log_in(&rotated).await, old);
    assert_eq!(opaque_status(&rotated, &old).await, 200);

    app.clock().advance(Duration::from_micros(1));
    let statuses = jwt_statuses(&rotated, alice.access(), alice.refresh()).await;
    assert_eq!(statuses, [401; 3]);
    assert_eq!(opaque_status(&rotated, &old).await, 401);
    let new = log_in(&rotated).await;
    assert_eq!(opaque_status(&rotated, &new).await, 200);
}

#[actix_web::test]
async fn new_tokens_are_signed_with_the_current_key() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let rotated = reopened(&app, rotated(app.now().plus(GRACE))).await;

    let refresh = json!({ "refresh": alice.refresh() });
    let refreshed = rotated.anonymous().post(REFRESH, refresh).await;
    let bearer = format!("Bearer {}", refreshed.text_at("/access"));

    let current = reopened(&app, key(NEW_KEY)).await;
    assert_eq!(get(&current, ME, &bearer).await.status, 200);
    assert_eq!(get(&app, ME, &bearer).await.status, 401);
}

#[actix_web::test]
async fn tokens_of_a_third_key_are_rejected() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let opaque = log_in(&app).await;
    let keys = SecretKeys::from(key(NEW_KEY)).with_previous(key(THIRD_KEY), app.now().plus(GRACE));

    let rotated = reopened(&app, keys).await;
    let statuses = jwt_statuses(&rotated, alice.access(), alice.refresh()).await;
    assert_eq!(statuses, [401; 3]);
    assert_eq!(opaque_status(&rotated, &opaque).await, 401);
}

/// The status of the next page, and of an upload.
async fn cursor_and_upload_statuses(
    app: &TestApp,
    bearer: &str,
    cursor: &str,
    url: &str,
) -> [u16; 2] {
    let page = get(app, &format!("{CONTACTS}?cursor={cursor}"), bearer).await;
    let upload = Request::new("PUT", url).header("Content-Type", "image/png");
    let upload = app.send(upload.body("x")).await;
    [page.status, upload.status].map(|status| status.as_u16())
}

#[actix_web::test]
async fn cursors_and_upload_urls_of_the_previous_key_are_accepted_until_its_date() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    for name in ["Ann", "Bo"] {
        let contact = json!({ "organization": "alice", "first_name": name, "last_name": "X" });
        assert_eq!(alice.post(CONTACTS, contact).await.status, 200);
    }
    let page = alice.get(&format!("{CONTACTS}?cursor=&limit=1")).await;
    let cursor = page.text_at("/next_cursor");
    let file = json!({ "filename": "a.png", "content_type": "image/png" });
    let url = alice.post("/api/upload/get-upload-url/", file).await;
    let url = url.text_at("/url").replace("http://127.0.0.1:8000", "");

    let changed = reopened(&app, key(NEW_KEY)).await;
    let rotated = reopened(&app, rotated(app.now().plus(GRACE))).await;
    // Signed with the new key, so that only the cursor and the URL depend on the old one.
    let sessions = &rotated.services().sessions;
    let tokens = sessions.open(&mut rotated.work(), alice.account(), Subject::PublicId).await;
    let user = format!("Bearer {}", tokens.unwrap().access);
    let statuses = cursor_and_upload_statuses(&changed, &user, &cursor, &url).await;
    assert_eq!(statuses, [400, 403]);

    app.clock().advance(GRACE - Duration::from_micros(1));
    let statuses = cursor_and_upload_statuses(&rotated, &user, &cursor, &url).await;
    assert_eq!(statuses, [200, 200]);
    app.clock().advance(Duration::from_micros(1));
    let statuses = cursor_and_upload_statuses(&rotated, &user, &cursor, &url).await;
    assert_eq!(statuses, [400, 403]);
}
