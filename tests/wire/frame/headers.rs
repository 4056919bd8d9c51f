//! The headers of every response. Source: docs/contract/README.md «Headers», «Server errors».

use std::collections::BTreeSet;

use serde_json::json;

use super::{OPEN, assert_error};
use crate::app::{Request, Response, TestApp};

/// Collects responses of every kind, by name.
async fn responses(app: &TestApp) -> Vec<(&'static str, Response)> {
    let (anonymous, user) = (app.anonymous(), app.user("user").await);
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(70_000));
    let text = |path| Request::new("POST", path).header("Content-Type", "text/plain").body("x");
    let xml = |path| Request::new("GET", path).header("Accept", "application/xml");
    let new =
        |n: u8| json!({ "email": format!("new{n}@example.com"), "password": TestApp::PASSWORD });
    let mut responses = vec![
        ("a profile on djoser", user.get("/auth/users/me/").await),
        ("a profile on users", user.get("/api/users/profile/").await),
        ("a profile on api", user.get("/api/auth/me/").await),
        ("a profile on v1", user.get("/api/v1/users/me").await),
        ("a registration on api", anonymous.post("/api/auth/register/", new(1)).await),
        ("a registration on v1", anonymous.post("/api/v1/auth/register", new(2)).await),
        ("no content", user.post("/auth/token/logout/", ()).await),
        ("a description", anonymous.options("/api/auth/login/").await),
        ("HEAD", user.head("/auth/users/me/").await),
        ("an unsupported type", app.send(text("/api/auth/login/")).await),
        ("no JSON taken", app.send(xml("/auth/users/me/")).await),
        ("a page", anonymous.get("/").await),
        ("Swagger UI", anonymous.get("/docs/").await),
        ("a part of it", anonymous.get("/docs/swagger-ui.css").await),
        ("a redirection", anonymous.get("/docs").await),
        ("a document", anonymous.get("/openapi/v1.json").await),
        ("health", anonymous.get("/healthz").await),
        ("readiness", anonymous.get("/readyz").await),
        ("another method there", anonymous.post("/healthz", ()).await),
        ("another method on a page", anonymous.delete("/", ()).await),
    ];
    for (path, _) in OPEN {
        responses.push(("an invalid field", anonymous.post(path, json!({})).await));
        responses.push(("a broken body", anonymous.post(path, "{").await));
        responses.push(("a large body", anonymous.post(path, large.as_str()).await));
        responses.push(("another method", anonymous.delete(path, ()).await));
        responses.push(("an unknown path", anonymous.get(&format!("{path}more")).await));
    }
    for path in ["/auth/users/me/", "/api/users/profile/", "/api/auth/me/", "/api/v1/users/me"] {
        responses.push(("no credentials", anonymous.get(path).await));
        let bad = Request::new("GET", path).header("Authorization", "Bearer x");
        responses.push(("invalid credentials", app.send(bad).await));
    }
    responses
}

#[actix_web::test]
async fn every_response_has_the_security_headers_and_an_id() {
    let app = TestApp::spawn().await;
    let mut ids = BTreeSet::new();
    let mut statuses = BTreeSet::new();

    for (name, response) in responses(&app).await {
        statuses.insert(response.status.as_u16());
        for (header, value) in [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ] {
            assert_eq!(response.header(header).as_deref(), Some(value), "{name}: {header}");
        }
        let policy = response.header("Content-Security-Policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{name}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{name}: {policy}");
        let is_of_a_page = name.contains("page")
            || matches!(name, "Swagger UI" | "a part of it" | "a redirection");
        assert_eq!(policy.contains("script-src"), is_of_a_page, "{name}");
        assert_eq!(response.header("Server"), None, "{name}");
        assert_eq!(response.header("Access-Control-Allow-Origin"), None, "{name}");

        let id = response.header("X-Request-Id").unwrap();
        assert_eq!(id.len(), 32, "{name}: {id}");
        assert!(ids.insert(id), "{name} repeats an id");
    }

    let expected = [200, 201, 204, 307, 400, 401, 404, 405, 406, 413, 415];
    assert!(statuses.is_superset(&BTreeSet::from(expected)), "{statuses:?}");
}

#[actix_web::test]
async fn personal_data_is_never_cached() {
    let app = TestApp::spawn().await;
    for (name, response) in responses(&app).await {
        if !matches!(name, "a page" | "Swagger UI" | "a part of it") {
            let rule = response.header("Cache-Control");
            assert_eq!(rule.as_deref(), Some("no-store"), "{name}");
        }
    }
}

#[actix_web::test]
async fn only_responses_with_a_body_have_a_content_type() {
    let app = TestApp::spawn().await;
    for (name, response) in responses(&app).await {
        if response.status == 204 {
            assert_eq!((response.media(), response.body.len()), (None, 0), "{name}");
        } else if !response.body.is_empty() {
            assert!(response.media().is_some(), "{name}: {response}");
        }
    }
}

/// Source: docs/contract/README.md «Headers»: 1 to 64 of `[A-Za-z0-9_-]`.
#[actix_web::test]
async fn a_valid_request_id_is_echoed_and_an_invalid_one_replaced() {
    let app = TestApp::spawn().await;
    let longest = "a".repeat(64);
    let too_long = "a".repeat(65);

    for path in ["/healthz", "/nothing", "/auth/users/me/", "/api/v1/health"] {
        for (given, is_valid) in [
            ("abc-DEF_123", true),
            ("0", true),
            (&longest, true),
            (&too_long, false),
            ("", false),
            ("a b", false),
            ("a\tb", false),
            ("<script>", false),
            ("é", false),
            ("a.b", false),
        ] {
            let request = Request::new("GET", path).header("X-Request-Id", given);
            let id = app.send(request).await.header("X-Request-Id").unwrap();
            assert_eq!(id == given, is_valid, "{path}: {given:?} gives {id:?}");
        }
    }
}

#[actix_web::test]
async fn an_unsupported_media_type_is_reported_in_the_dialect_of_the_path() {
    let app = TestApp::spawn().await;

    for (path, face) in OPEN {
        for kind in ["text/plain", "text/json", "application/ld+json; x=1", "nonsense"] {
            let request = Request::new("POST", path).header("Content-Type", kind);
            let response = app.send(request.body("{}")).await;
            if face.is_rest_framework() {
                let sentence = format!("Unsupported media type \"{kind}\" in request.");
                assert_error(&response, face, 415, &sentence);
            } else {
                // Bodies are read as JSON there, whatever their type. Source: docs/contract/v1.md «Request bodies».
                assert_eq!(response.status, 400, "{response}");
                assert_eq!(response.json()["email"], "email is required");
            }
        }
        // Without a body, the type is ignored.
        let request = Request::new("POST", path).header("Content-Type", "text/plain");
        assert_eq!(app.send(request).await.status, 400, "{path}");
    }
}
