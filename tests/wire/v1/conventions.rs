//! Conventions of the whole surface. Source: docs/contract/v1.md «Paths», «Request bodies», «Errors».

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, log_in, register, send_with_token};
use crate::app::{Request, Response, TestApp};

/// Returns every operation of the surface, with a valid body.
fn operations() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "/api/v1/health", Value::Null),
        ("POST", "/api/v1/auth/register", json!({ "email": "new@ex.com", "password": PASSWORD })),
        ("POST", "/api/v1/token/pair", json!({ "email": EMAIL, "password": PASSWORD })),
        ("POST", "/api/v1/token/refresh", json!({ "refresh": "x" })),
        ("POST", "/api/v1/token/verify", json!({ "token": "x" })),
        ("GET", "/api/v1/users/me", Value::Null),
        ("PATCH", "/api/v1/users/me", json!({ "first_name": "Jane" })),
        ("GET", "/api/v1/users/check_username?username=foo", Value::Null),
        ("PATCH", "/api/v1/users/username", json!({ "username": "jane_doe" })),
        ("PATCH", "/api/v1/auth/email", json!({ "email": "other@ex.com" })),
        ("GET", "/api/v1/auth/email/verify?token=x", Value::Null),
        ("POST", "/api/v1/auth/password-reset/request", json!({ "email": EMAIL })),
        (
            "POST",
            "/api/v1/auth/password-reset/confirm",
            json!({ "token": "x", "new_password": PASSWORD }),
        ),
        (
            "POST",
            "/api/v1/auth/change-password",
            json!({ "old_password": PASSWORD, "new_password": "another-pass" }),
        ),
        ("POST", "/api/v1/auth/logout", Value::Null),
        ("DELETE", "/api/v1/auth/delete", Value::Null),
    ]
}

fn with_slash(path: &str) -> String {
    match path.split_once('?') {
        Some((path, query)) => format!("{path}/?{query}"),
        None => format!("{path}/"),
    }
}

#[actix_web::test]
async fn both_slash_forms_reach_one_handler() {
    for form in [str::to_owned, with_slash] {
        let app = TestApp::spawn().await;
        register(&app, EMAIL).await;
        let mut statuses = Vec::new();
        for (method, path, body) in operations() {
            let access = log_in(&app, EMAIL, PASSWORD).await;
            let access = match access.status.as_u16() {
                200 => access.text_at("/access"),
                _ => log_in(&app, EMAIL, "another-pass").await.text_at("/access"),
            };
            let response = send_with_token(&app, &access, method, &form(path), body).await;
            statuses.push(response.status.as_u16());
        }
        app.sent_mail().await;
        assert_eq!(
            statuses,
            [200, 200, 200, 401, 401, 200, 200, 200, 200, 200, 400, 200, 400, 200, 200, 200]
        );
    }
}

#[actix_web::test]
async fn no_response_contains_a_number_and_no_token_a_numeric_id() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    for (method, path, body) in operations() {
        let response = send_with_token(&app, &access, method, path, body).await;
        assert!(!holds_a_number(&response.json()), "{method} {path}: {response}");
        for key in ["access", "refresh"] {
            if let Some(token) = response.json().get(key).and_then(Value::as_str) {
                assert_no_numeric_id(token);
            }
        }
        if path.ends_with("/logout") {
            break;
        }
    }
    app.sent_mail().await;
    let login = log_in(&app, EMAIL, "another-pass").await;
    let refresh = json!({ "refresh": login.text_at("/refresh") });
    let refreshed = app.anonymous().post("/api/v1/token/refresh", refresh).await;
    assert_no_numeric_id(&refreshed.text_at("/access"));
}

#[actix_web::test]
async fn a_token_of_another_surface_refreshes_to_one_without_numbers() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let refresh = json!({ "refresh": jane.refresh() });
    let refreshed = app.anonymous().post("/api/v1/token/refresh", refresh).await;
    assert_no_numeric_id(&refreshed.text_at("/access"));
}

fn holds_a_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(items) => items.iter().any(holds_a_number),
        Value::Object(members) => members.values().any(holds_a_number),
        Value::String(text) => text.parse::<i64>().is_ok(),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Asserts that times are the only numbers in a token.
fn assert_no_numeric_id(token: &str) {
    let claims = token.split('.').nth(1).expect("claims");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    for (name, value) in claims.as_object().expect("an object") {
        let is_time = matches!(name.as_str(), "exp" | "iat");
        assert_eq!(holds_a_number(value), is_time, "{name}");
    }
    assert_eq!(claims["user_id"].as_str().map(str::len), Some(36));
}

#[actix_web::test]
async fn invalid_credentials_are_distinguished_as_by_ninja_jwt() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let not_valid = |message: &str| {
        format!(
            "401 Unauthorized\n{{\"code\":\"token_not_valid\",\"detail\":\"Given token not valid for any token type\",\
             \"messages\":[{{\"message\":\"{message}\",\"token_class\":\"AccessToken\",\"token_type\":\"access\"}}]}}"
        )
    };
    let none = "401 Unauthorized\n{\"detail\":\"Unauthorized\"}".to_owned();
    let invalid = not_valid("Token is invalid or expired");
    let cases = [
        ("Token abc".to_owned(), none.clone()),
        ("Basic YTpi".to_owned(), none),
        ("Bearer garbage".to_owned(), invalid.clone()),
        ("Bearer ".to_owned(), invalid.clone()),
        ("Bearer".to_owned(), invalid),
        (format!("Bearer {}", jane.refresh()), not_valid("Token has wrong type")),
    ];
    for (header, expected) in cases {
        let response = me(&app, &header).await;
        assert_eq!(response.to_string(), expected, "{header}");
        assert_eq!(response.header("WWW-Authenticate"), None);
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {}", jane.access());
        assert_eq!(me(&app, &header).await.status, 200, "{scheme}");
    }
}

async fn me(app: &TestApp, header: &str) -> Response {
    app.send(Request::new("GET", "/api/v1/users/me").header("Authorization", header)).await
}

#[actix_web::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let response = jane.head("/api/v1/users/me").await;
    assert_eq!(response.status, 200);
    assert!(response.body.is_empty());
    assert_eq!(app.anonymous().head("/api/v1/users/me").await.status, 401);
}

#[actix_web::test]
async fn unknown_paths_and_methods_are_reported_as_json() {
    let app = TestApp::spawn().await;
    let response = app.anonymous().get("/api/v1/nothing").await;
    assert_eq!(response.to_string(), "404 Not Found\n{\"detail\":\"Not Found\"}");
    let response = app.anonymous().put("/api/v1/users/me", json!({})).await;
    assert_eq!(response.to_string(), "405 Method Not Allowed\n{\"detail\":\"Method not allowed\"}");
    assert_eq!(response.header("Allow").as_deref(), Some("GET, PATCH"));
    let response = app.anonymous().post("/api/v1/auth/delete/", ()).await;
    assert_eq!(response.status, 405);
    assert_eq!(response.header("Allow").as_deref(), Some("DELETE"));
}

#[actix_web::test]
async fn a_token_of_this_surface_is_valid_on_every_other() {
    let app = TestApp::spawn().await;
    let access = register(&app, EMAIL).await.text_at("/access");
    for path in ["/auth/users/me/", "/api/users/profile/", "/api/auth/me/"] {
        let response = send_with_token(&app, &access, "GET", path, Value::Null).await;
        assert_eq!(response.status, 200, "{path}");
    }
}
