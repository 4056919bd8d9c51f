//! Behavior common to the surface: its root, methods, headers, bodies and slashes.

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{Request, TestApp};

/// Every path with its `Allow` header, and a method with its status for a logged-in caller without a body.
const PATHS: [(&str, &str, &str, u16); 17] = [
    ("/auth/", "GET, HEAD, OPTIONS", "GET", 200),
    ("/auth/users/", "GET, POST, HEAD, OPTIONS", "POST", 400),
    ("/auth/users/me/", MEMBER, "GET", 200),
    ("/auth/users/1/", MEMBER, "GET", 200),
    ("/auth/users/activation/", ACTION, "POST", 400),
    ("/auth/users/resend_activation/", ACTION, "POST", 400),
    ("/auth/users/set_password/", ACTION, "POST", 400),
    ("/auth/users/reset_password/", ACTION, "POST", 400),
    ("/auth/users/reset_password_confirm/", ACTION, "POST", 400),
    ("/auth/users/set_username/", ACTION, "POST", 400),
    ("/auth/users/reset_username/", ACTION, "POST", 400),
    ("/auth/users/reset_username_confirm/", ACTION, "POST", 400),
    ("/auth/token/login/", ACTION, "POST", 400),
    ("/auth/jwt/create/", ACTION, "POST", 400),
    ("/auth/jwt/refresh/", ACTION, "POST", 400),
    ("/auth/jwt/verify/", ACTION, "POST", 400),
    ("/auth/token/logout/", ACTION, "POST", 204),
];

const ACTION: &str = "POST, OPTIONS";
const MEMBER: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";

#[actix_web::test]
async fn every_path_is_served_with_and_without_a_trailing_slash() {
    let app = TestApp::django().await;
    let alice = app.user("alice").await;

    for (path, allow, method, status) in PATHS {
        for path in [path, path.trim_end_matches('/')] {
            let response = alice.send_json(method, path, ()).await;
            assert_eq!(response.status, status, "{method} {path}: {response}");
            assert_eq!(response.header("Allow").as_deref(), Some(allow), "{path}");
            assert_eq!(response.header("Vary").as_deref(), Some("Accept"), "{path}");
        }
    }
}

#[actix_web::test]
async fn names_the_unsupported_method() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (path, allow, ..) in PATHS {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if allow.split(", ").any(|served| served == method) {
                continue;
            }
            let response = alice.send_json(method, path, ()).await;
            assert_eq!(
                response.to_string(),
                format!(
                    "405 Method Not Allowed\n{{\"detail\":\"Method \\\"{method}\\\" not allowed.\"}}"
                ),
                "{path}"
            );
        }
    }
}

#[actix_web::test]
async fn reports_missing_credentials_before_the_method() {
    let app = TestApp::spawn().await;

    for (path, _, _, _) in PATHS {
        let is_guarded = path.starts_with("/auth/users/") || path == "/auth/token/logout/";
        let response = app.anonymous().send_json("TRACE", path, ()).await;
        let status = if is_guarded { 401 } else { 405 };
        assert_eq!(response.status, status, "{path}: {response}");
    }
}

#[actix_web::test]
async fn supports_options_and_head() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for path in ["/auth/users/me/", "/auth/users/1/", "/auth/", "/auth/users/"] {
        let head = alice.head(path).await;
        let shown = head.to_string();
        assert_eq!(shown, "200 OK");
        assert_eq!(head.media().as_deref(), Some("application/json"));
        let options = alice.options(path).await;
        assert_eq!(options.status, 200, "{path}");
        assert_eq!(options.json()["renders"], json!(["application/json"]));
    }
}

#[actix_web::test]
async fn the_root_links_to_the_users() {
    let app = TestApp::spawn().await;

    let request = Request::new("GET", "/auth/").header("Host", "evil.example");
    assert_snapshot!(app.send(request).await, @r#"
    200 OK
    {"users":"http://127.0.0.1:8000/auth/users/"}
    "#);
}

#[actix_web::test]
async fn rejects_bodies_it_cannot_parse() {
    let app = TestApp::spawn().await;

    for (kind, body, status, expected) in [
        (
            "application/json",
            "[]",
            400,
            r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#,
        ),
        ("application/json", "null", 400, r#"{"non_field_errors":["No data provided"]}"#),
        (
            "text/plain",
            "a=b",
            415,
            r#"{"detail":"Unsupported media type \"text/plain\" in request."}"#,
        ),
    ] {
        for path in
            ["/auth/users/", "/auth/token/login/", "/auth/jwt/create/", "/auth/users/activation/"]
        {
            let request = Request::new("POST", path).header("Content-Type", kind).body(body);
            let response = app.send(request).await;
            assert_eq!(response.status, status, "{path} {body}: {response}");
            assert_eq!(response.text(), expected, "{path} {body}");
        }
    }
    let response = app.anonymous().post("/auth/users/", r#"{"a": "#).await;
    assert_eq!(response.status, 400);
    assert!(response.text_at("/detail").starts_with("JSON parse error - "));
    let large = format!(r#"{{"username": "{}"}}"#, "a".repeat(100_000));
    assert_eq!(app.anonymous().post("/auth/users/", large.as_str()).await.status, 413);
}

#[actix_web::test]
async fn ignores_deep_nesting_in_an_unknown_field() {
    let app = TestApp::spawn().await;

    let deep = format!(r#"{{"a": {}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    let response = app.anonymous().post("/auth/jwt/verify/", deep.as_str()).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"token":["This field is required."]}
    "#);
}
