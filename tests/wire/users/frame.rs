//! Behavior common to the surface: the envelope around every error, methods, headers and slashes; and `status/`.

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{Request, TestApp};

#[actix_web::test]
async fn reports_that_the_service_is_running() {
    let app = TestApp::spawn().await;

    let response = app.anonymous().get("/api/users/status/").await;

    assert_snapshot!(response, @r#"
    200 OK
    {"message":"Service is running","status":"success"}
    "#);
    assert_eq!(response.media().as_deref(), Some("application/json"));
    assert_eq!(response.header("Vary").as_deref(), Some("Accept"));
    assert_eq!(response.header("Allow").as_deref(), Some("GET, HEAD, OPTIONS"));
}

#[actix_web::test]
async fn every_path_is_served_with_and_without_a_trailing_slash() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (method, path, status) in [
        ("GET", "/api/users/status", 200),
        ("HEAD", "/api/users/status", 200),
        ("POST", "/api/users/register", 400),
        ("POST", "/api/users/login", 400),
        ("POST", "/api/users/logout", 400),
        ("POST", "/api/users/refresh-token", 400),
        ("GET", "/api/users/profile", 200),
        ("HEAD", "/api/users/profile", 200),
    ] {
        for path in [path.to_owned(), format!("{path}/")] {
            let response = alice.send_json(method, &path, ()).await;
            assert_eq!(response.status, status, "{method} {path}: {response}");
        }
    }
}

#[actix_web::test]
async fn an_unsupported_method_is_405_with_the_methods_of_the_path() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (method, path) in [
        ("POST", "/api/users/status/"),
        ("GET", "/api/users/register/"),
        ("PUT", "/api/users/login/"),
        ("DELETE", "/api/users/logout/"),
        ("PATCH", "/api/users/refresh-token/"),
        ("DELETE", "/api/users/profile/"),
    ] {
        let response = alice.send_json(method, path, ()).await;
        assert_eq!(response.status, 405, "{method} {path}");
        let expected = json!({
            "status": "failed",
            "message": format!("Method \"{method}\" not allowed."),
        });
        assert_eq!(response.json(), expected, "{method} {path}");
        assert!(response.header("Allow").unwrap().ends_with("OPTIONS"));
    }

    // Authentication comes before the method check.
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/api/users/logout/").await.status, 401);
    assert_eq!(anonymous.get("/api/users/login/").await.status, 405);
    let head = anonymous.head("/api/users/login/").await;
    assert_eq!((head.status.as_u16(), head.text().as_str()), (405, ""));
}

#[actix_web::test]
async fn options_lists_the_accepted_media_types() {
    let app = TestApp::spawn().await;

    let response = app.anonymous().options("/api/users/register/").await;

    assert_eq!(response.status, 200);
    assert_eq!(response.header("Allow").as_deref(), Some("POST, OPTIONS"));
    let body = response.json();
    assert_eq!(body["renders"], json!(["application/json"]));
    assert_eq!(body["parses"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn every_error_has_the_envelope() {
    let app = TestApp::spawn().await;
    let login = |content_type: &str, body: &[u8]| {
        Request::new("POST", "/api/users/login/").header("Content-Type", content_type).body(body)
    };
    let deep = format!("{{\"email\": {}", "[".repeat(50_000));
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(100_000));
    let broken = "JSON parse error - the body is not valid JSON";

    for (request, status, message) in [
        (login("application/json", b"{"), 400, broken),
        (login("application/json", b"\xff"), 400, broken),
        (login("application/json", b"{\"a\": NaN}"), 400, broken),
        (login("application/json", deep.as_bytes()), 400, broken),
        (login("application/json", large.as_bytes()), 413, "Request body is too large."),
        (login("text/plain", b"a=b"), 415, "Unsupported media type \"text/plain\" in request."),
        (
            login("application/json", b"{}").header("Accept", "application/xml"),
            406,
            "Could not satisfy the request Accept header.",
        ),
    ] {
        let response = app.send(request).await;
        assert_eq!(response.status, status, "{response}");
        let expected = json!({ "status": "failed", "message": message });
        assert_eq!(response.json(), expected);
    }
}

#[actix_web::test]
async fn other_paths_do_not_belong_to_this_surface() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    // These paths belong to accounts of the surface `api`, which requires a permission.
    for path in ["/api/users/unknown/", "/api/users/%00/"] {
        let response = alice.get(path).await;
        assert_eq!(response.status, 403, "{path}");
        let words = "You do not have permission to perform this action.";
        assert_eq!(response.json(), json!({ "detail": words }), "{path}");
    }
    let response = alice.get("/api/users/status/x/").await;
    assert_eq!(response.status, 404);
    assert_eq!(response.json(), json!({ "detail": "Not found." }));
}
