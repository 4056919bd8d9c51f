//! Tests of the test harness: redaction in snapshots, requests of callers, and leftovers that fail a test.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use bytes::Bytes;
use loggia_identity::EmailKind;
use loggia_kernel::Email;
use loggia_mail::Message;
use serde_json::{Value, json};

use super::redact::redacted;
use super::{Request, Response, TestApp};

#[test]
fn a_snapshot_redacts_values_that_differ_between_runs() {
    let response = Response {
        status: StatusCode::CREATED,
        headers: HeaderMap::new(),
        body: Bytes::from(
            json!({
                "user_id": 12,
                "slug": "alice-2",
                "id": "0198c7a8-0000-7000-8000-000000000000",
                "at": "2026-01-01T12:00:00.000001Z",
                "access": "eyJh.eyJi.c",
                "auth_token": "0123456789abcdef0123456789abcdef01234567",
                "count": 12,
            })
            .to_string(),
        ),
    };

    insta::assert_snapshot!(response, @r#"
    201 Created
    {"access":"[jwt]","at":"[time]","auth_token":"[token]","count":12,"id":"[id]","slug":"alice-2","user_id":"[id]"}
    "#);
}

#[test]
fn redaction_reaches_any_depth() {
    let nested = json!([{"b": {"id": 1}, "a": "link eyJh.eyJi.c"}]);

    assert_eq!(redacted(&nested).to_string(), r#"[{"a":"link [jwt]","b":{"id":"[id]"}}]"#);
}

#[actix_web::test]
async fn a_response_exposes_its_headers_and_parts() {
    let app = TestApp::spawn().await;

    let response = app.anonymous().get("/healthz").await;
    let head = app.anonymous().head("/healthz").await;

    assert_eq!(response.status, StatusCode::OK);
    assert!(response.header("X-Request-Id").is_some());
    assert!(response.header("X-Absent").is_none());
    assert!(head.body.is_empty());
}

#[actix_web::test]
async fn a_caller_sends_every_method() {
    let app = TestApp::spawn().await;
    let (anonymous, path) = (app.anonymous(), "/unknown/path/");

    let responses = [
        anonymous.get(path).await,
        anonymous.head(path).await,
        anonymous.options(path).await,
        anonymous.post(path, json!({})).await,
        anonymous.put(path, "{").await,
        anonymous.patch(path, ()).await,
        anonymous.delete(path, ()).await,
    ];

    for response in responses {
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{response}");
    }
}

#[actix_web::test]
async fn callers_have_accounts_and_tokens_of_their_own() {
    let app = TestApp::spawn().await;

    let (alice, admin) = (app.user("alice").await, app.admin().await);

    assert_eq!(alice.account().username.as_str(), "alice");
    assert!(admin.account().is_superuser && !alice.account().is_superuser);
    assert_ne!(alice.access(), alice.refresh());
    assert_ne!(alice.access(), admin.access());
    let sent = alice.request(Request::new("GET", "/"));
    assert_eq!(sent.headers, [("Authorization".to_owned(), format!("Bearer {}", alice.access()))]);
}

#[test]
fn a_request_has_a_content_type_only_with_a_body() {
    let with = Request::new("POST", "/").json(&json!({}));
    let without = Request::new("POST", "/").json(&Value::Null);

    assert_eq!(with.body.as_deref(), Some(b"{}".as_slice()));
    assert_eq!(with.headers.len(), 1);
    assert_eq!((without.body, without.headers.len()), (None, 0));
}

#[actix_web::test]
#[should_panic(expected = "mail left unread")]
async fn mail_left_unread_fails_the_test() {
    let app = TestApp::spawn().await;
    let email = Message::new("alice@example.com", "Hello", "Hello", None).expect("an email");

    app.services().mailer.send(&email).await.expect("sent");
}

#[actix_web::test]
#[should_panic(expected = "jobs left unrun")]
async fn jobs_left_unrun_fail_the_test() {
    let app = TestApp::spawn().await;

    request_an_email(&app).await;
}

#[actix_web::test]
async fn reading_the_mail_runs_the_jobs() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    request_an_email(&app).await;

    let emails = app.sent_mail().await;
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].to(), "alice@example.com");
}

async fn request_an_email(app: &TestApp) {
    let email = loggia_identity::EmailRequest {
        template: "djoser/password_reset",
        kind: EmailKind::PasswordReset(Email::parse("alice@example.com").expect("an address")),
    };
    let queued = app.services().one_time.request(&mut app.work(), &email).await;
    queued.expect("a queued email");
}
