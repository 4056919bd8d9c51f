//! `/api/users/` `login/`, `logout/`, `refresh-token/`.
//! Source: docs/contract/users.md «Login», «Logout», «Token refresh».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::{Request, Response, TestApp};

const LOGIN: &str = "/api/users/login/";
const LOGOUT: &str = "/api/users/logout/";
const REFRESH: &str = "/api/users/refresh-token/";

async fn log_in(app: &TestApp, email: Value, password: Value) -> Response {
    let body = json!({ "email": email, "password": password });
    app.anonymous().post(LOGIN, body).await
}

#[actix_web::test]
async fn logs_in_with_an_address_in_any_case() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    let response = log_in(&app, json!("ALICE@example.com"), json!(TestApp::PASSWORD)).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"data":{"tokens":{"access":"[jwt]","refresh":"[jwt]"},"user":{"company_name":"","email":"alice@example.com","first_name":"","id":"[id]","last_name":""}},"message":"Login successful","status":"success"}
    "#);
}

#[actix_web::test]
async fn does_not_reveal_why_a_login_failed() {
    let app = TestApp::spawn().await;
    app.user("alice").await;
    let off = app.user("off").await;
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), off.account().id, false).await.unwrap();
    let sound = json!(TestApp::PASSWORD);
    let alice = json!("alice@example.com");

    for (email, password) in [
        (&json!("ghost@example.com"), &sound),
        (&json!("off@example.com"), &sound),
        (&json!("alice"), &sound),
        (&json!("alice@example.com\u{0}"), &sound),
        (&json!("   "), &sound),
        (&json!(12345), &sound),
        (&json!(true), &sound),
        (&alice, &json!("wrong-Passw0rd!")),
        (&alice, &json!(format!(" {}", TestApp::PASSWORD))),
        (&alice, &json!("x".repeat(5000))),
    ] {
        let response = log_in(&app, email.clone(), password.clone()).await;
        assert_eq!(
            response.to_string(),
            "401 Unauthorized\n{\"message\":\"Invalid email or password.\",\"status\":\"failed\"}",
            "{email} {password}"
        );
        assert_eq!(response.header("WWW-Authenticate"), None);
    }

    // For these inputs the replaced backend's view failed, and the framework responded with its challenge.
    for password in [json!(12345), json!(true)] {
        let response = log_in(&app, alice.clone(), password).await;
        assert_eq!(response.status, 401);
        assert_eq!(response.json()["message"], "Invalid email or password.");
        assert!(response.header("WWW-Authenticate").is_some());
    }
}

#[actix_web::test]
async fn requires_the_missing_field_address_first() {
    let app = TestApp::spawn().await;

    for (body, message) in [
        ("", "Email is required."),
        ("{}", "Email is required."),
        (r#"{"email": null, "password": "x"}"#, "Email is required."),
        (r#"{"email": [], "password": "x"}"#, "Email is required."),
        (r#"{"email": "", "password": ""}"#, "Email is required."),
        (r#"{"email": "a@b.cd"}"#, "Password is required."),
        (r#"{"email": "a@b.cd", "password": {}}"#, "Password is required."),
        (r#"{"email": "a@b.cd", "password": 0}"#, "Password is required."),
        ("[]", "Invalid data. Expected a dictionary, but got list."),
        ("null", "No data provided"),
    ] {
        let response = app.anonymous().post(LOGIN, body).await;
        assert_eq!(response.status, 400, "{body}");
        let expected = json!({ "status": "failed", "message": message });
        assert_eq!(response.json(), expected, "{body}");
    }
}

#[actix_web::test]
async fn throttles_login_attempts() {
    let app = TestApp::with(|options| options.is_rate_limited = true).await;
    app.user("alice").await;
    let guess = || log_in(&app, json!("alice@example.com"), json!("wrong-Passw0rd!"));
    for _ in 0..20 {
        assert_eq!(guess().await.status, 401);
    }

    let response = guess().await;

    assert_eq!(response.status, 429);
    assert!(response.header("Retry-After").is_some());
    assert_eq!(response.json()["status"], "failed");
}

#[actix_web::test]
async fn returns_an_access_token_without_an_envelope() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let body = json!({ "refresh": alice.refresh() });
    let response = app.anonymous().post(REFRESH, body).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"access":"[jwt]"}
    "#);
    let bearer = format!("Bearer {}", response.text_at("/access"));
    let profile = Request::new("GET", "/api/users/profile/").header("Authorization", &bearer);
    assert_eq!(app.send(profile).await.status, 200);
}

#[actix_web::test]
async fn does_not_reveal_why_a_refresh_failed() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for refresh in ["garbage", "a.b.c", alice.access()] {
        let response = app.anonymous().post(REFRESH, json!({ "refresh": refresh })).await;
        assert_eq!(response.status, 401, "{refresh}");
        let expected = json!({ "status": "failed", "message": "Token is invalid or expired" });
        assert_eq!(response.json(), expected, "{refresh}");
        let challenge = response.header("WWW-Authenticate");
        assert_eq!(challenge.as_deref(), Some("Bearer realm=\"api\""));
    }

    app.services().accounts.delete(&mut app.work(), alice.account().id).await.unwrap();
    let body = json!({ "refresh": alice.refresh() });
    assert_eq!(app.anonymous().post(REFRESH, body).await.status, 401);
}

#[actix_web::test]
async fn names_the_error_of_the_refresh_field() {
    let app = TestApp::spawn().await;

    for (body, sentence) in [
        ("{}", "This field is required."),
        (r#"{"refresh": null}"#, "This field may not be null."),
        (r#"{"refresh": " "}"#, "This field may not be blank."),
        (r#"{"refresh": [1]}"#, "Not a valid string."),
    ] {
        let response = app.anonymous().post(REFRESH, body).await;
        assert_eq!(response.status, 400, "{body}");
        let expected = json!({
            "status": "failed",
            "message": "Refresh token is required",
            "errors": { "refresh": [sentence] },
        });
        assert_eq!(response.json(), expected, "{body}");
    }

    assert_snapshot!(app.anonymous().post(REFRESH, "[]").await, @r#"
    400 Bad Request
    {"errors":{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]},"message":"Validation error","status":"failed"}
    "#);
}

#[actix_web::test]
async fn logging_out_ends_the_session_immediately() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let body = json!({ "refresh": alice.refresh() });

    let response = alice.post(LOGOUT, body.clone()).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"message":"User logged out successfully","status":"success"}
    "#);
    assert_eq!(app.anonymous().post(REFRESH, body.clone()).await.status, 401);
    assert_eq!(alice.get("/api/users/profile/").await.status, 401);
    assert_eq!(alice.post(LOGOUT, body).await.status, 401);
}

#[actix_web::test]
async fn under_the_django_policy_the_access_token_survives_logging_out() {
    let app = TestApp::django().await;
    let alice = app.user("alice").await;
    let body = json!({ "refresh": alice.refresh() });
    alice.post(LOGOUT, body.clone()).await;

    assert_eq!(alice.get("/api/users/profile/").await.status, 200);
    assert_snapshot!(alice.post(LOGOUT, body).await, @r#"
    400 Bad Request
    {"message":"Invalid or expired token","status":"failed"}
    "#);
}

#[actix_web::test]
async fn logging_out_requires_the_callers_own_refresh_token() {
    let app = TestApp::spawn().await;
    let (alice, eve) = (app.user("alice").await, app.user("eve").await);

    for (refresh, message) in [
        (json!(alice.refresh()), "Invalid or expired token"),
        (json!(eve.access()), "Invalid or expired token"),
        (json!("garbage"), "Invalid or expired token"),
        (json!(12345), "Invalid or expired token"),
        (json!(true), "Invalid or expired token"),
        (json!(""), "Refresh token is required"),
        (Value::Null, "Refresh token is required"),
        (json!(0), "Refresh token is required"),
    ] {
        let response = eve.post(LOGOUT, json!({ "refresh": refresh })).await;
        assert_eq!(response.status, 400, "{refresh}");
        let expected = json!({ "status": "failed", "message": message });
        assert_eq!(response.json(), expected, "{refresh}");
    }

    assert_eq!(alice.get("/api/users/profile/").await.status, 200);
    assert_snapshot!(app.anonymous().post(LOGOUT, "{").await, @r#"
    401 Unauthorized
    {"message":"Authentication credentials were not provided.","status":"failed"}
    "#);
    assert_snapshot!(eve.post(LOGOUT, "7").await, @r#"
    400 Bad Request
    {"message":"Invalid data. Expected a dictionary, but got int.","status":"failed"}
    "#);
}

#[actix_web::test]
async fn of_twenty_concurrent_logouts_one_succeeds() {
    let app = TestApp::django().await;
    let alice = app.user("alice").await;
    let body = json!({ "refresh": alice.refresh() });

    let responses = join_all((0..20).map(|_| alice.post(LOGOUT, body.clone()))).await;

    let good = responses.iter().filter(|response| response.status == 200).count();
    let late = responses.iter().filter(|response| response.status == 400).count();
    assert_eq!((good, late), (1, 19));
}
