//! Behavior common to the surface: methods, headers, slashes and bodies of other media types.

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{Request, TestApp};

#[actix_web::test]
async fn every_path_is_served_with_and_without_a_trailing_slash() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (method, path, status) in [
        ("POST", "/api/auth/register", 400),
        ("POST", "/api/auth/login", 400),
        ("POST", "/api/auth/token/refresh", 400),
        ("POST", "/api/auth/logout", 400),
        ("GET", "/api/auth/me", 200),
        ("HEAD", "/api/auth/me", 200),
        ("PUT", "/api/auth/me", 400),
        ("PATCH", "/api/auth/me", 200),
        ("GET", "/api/auth/profile", 200),
        ("HEAD", "/api/auth/profile", 200),
        ("PUT", "/api/auth/profile", 400),
        ("PATCH", "/api/auth/profile", 200),
        ("POST", "/api/auth/password/change", 400),
        ("POST", "/api/auth/password/reset", 400),
        ("POST", "/api/auth/password/reset/confirm", 400),
    ] {
        for path in [path.to_owned(), format!("{path}/")] {
            let response = alice.send_json(method, &path, ()).await;
            assert_eq!(response.status, status, "{method} {path}: {response}");
            assert_eq!(response.header("Vary").as_deref(), Some("Accept"));
        }
    }
}

#[actix_web::test]
async fn an_unsupported_method_is_405_with_the_methods_of_the_path() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (method, path, allow) in [
        ("GET", "/api/auth/register/", "POST, OPTIONS"),
        ("PUT", "/api/auth/login/", "POST, OPTIONS"),
        ("DELETE", "/api/auth/token/refresh/", "POST, OPTIONS"),
        ("GET", "/api/auth/logout/", "POST, OPTIONS"),
        ("DELETE", "/api/auth/me/", "GET, PUT, PATCH, HEAD, OPTIONS"),
        ("POST", "/api/auth/profile/", "GET, PUT, PATCH, HEAD, OPTIONS"),
        ("PATCH", "/api/auth/password/change/", "POST, OPTIONS"),
        ("GET", "/api/auth/password/reset/", "POST, OPTIONS"),
        ("PUT", "/api/auth/password/reset/confirm/", "POST, OPTIONS"),
    ] {
        let response = alice.send_json(method, path, ()).await;
        assert_eq!(response.status, 405, "{method} {path}");
        let expected = json!({ "detail": format!("Method \"{method}\" not allowed.") });
        assert_eq!(response.json(), expected, "{method} {path}");
        assert_eq!(response.header("Allow").as_deref(), Some(allow), "{path}");
        let options = alice.options(path).await;
        assert_eq!(options.status, 200, "{path}");
        assert_eq!(options.header("Allow").as_deref(), Some(allow), "{path}");
    }
    // Authentication comes before the method check.
    assert_eq!(app.anonymous().delete("/api/auth/me/", ()).await.status, 401);
    assert_eq!(app.anonymous().get("/api/auth/login/").await.status, 405);
}

#[actix_web::test]
async fn rejects_bodies_it_cannot_parse() {
    let app = TestApp::spawn().await;
    let login = |content_type: &str, body: &[u8]| {
        Request::new("POST", "/api/auth/login/").header("Content-Type", content_type).body(body)
    };
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(100_000));
    let deep = format!("{{\"email\": {}{}}}", "[".repeat(20_000), "]".repeat(20_000));

    assert_snapshot!(app.send(login("application/json", b"{\"a\": 1,}")).await, @r#"
    400 Bad Request
    {"detail":"JSON parse error - the body is not valid JSON"}
    "#);
    assert_snapshot!(app.send(login("application/json", deep.as_bytes())).await, @r#"
    400 Bad Request
    {"email":["Not a valid string."],"password":["This field is required."]}
    "#);
    assert_snapshot!(app.send(login("application/json", large.as_bytes())).await, @r#"
    413 Payload Too Large
    {"detail":"Request body is too large."}
    "#);
    assert_snapshot!(app.send(login("application/vnd.api+json", b"{}")).await, @r#"
    415 Unsupported Media Type
    {"detail":"Unsupported media type \"application/vnd.api+json\" in request."}
    "#);
    let xml = login("application/json", b"{}").header("Accept", "application/xml");
    assert_snapshot!(app.send(xml).await, @r#"
    406 Not Acceptable
    {"detail":"Could not satisfy the request Accept header."}
    "#);
}

#[actix_web::test]
async fn accepts_forms() {
    let app = TestApp::spawn().await;
    app.user("alice").await;

    let urlencoded = Request::new("POST", "/api/auth/login/")
        .header("Content-Type", "application/x-www-form-urlencoded; charset=bogus")
        .body("email=alice%40example.com&password=Str0ng-Passw0rd%21");
    assert_eq!(app.send(urlencoded).await.status, 200);

    let file = Request::new("POST", "/api/auth/login/")
        .header("Content-Type", "multipart/form-data; boundary=cut")
        .body(
            "--cut\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nalice@example.com\r\n\
             --cut\r\nContent-Disposition: form-data; name=\"password\"; filename=\"x\"\r\n\r\nStr0ng-Passw0rd!\r\n\
             --cut--\r\n",
        );
    assert_snapshot!(app.send(file).await, @r#"
    400 Bad Request
    {"password":["Not a valid string."]}
    "#);
}

#[actix_web::test]
async fn reports_a_form_that_cannot_be_parsed() {
    let app = TestApp::spawn().await;

    let form = Request::new("POST", "/api/auth/login/")
        .header("Content-Type", "multipart/form-data; boundary=cut")
        .body("--cut\r\nContent-Disposition: form-data; name=\"\u{19}\"\r\n\r\nx\r\n--cut--\r\n");
    assert_snapshot!(app.send(form).await, @r#"
    400 Bad Request
    {"detail":"Multipart form parse error - the body is not a valid form"}
    "#);
}

#[actix_web::test]
async fn documents_that_an_absent_body_counts_as_empty() {
    let app = TestApp::spawn().await;
    let document = app.anonymous().get("/openapi/api.json").await.json();
    let at = |pointer: &str| document.pointer(pointer).cloned();

    let required = "/requestBody/required";
    assert_eq!(at(&format!("/paths/~1api~1auth~1me~1/patch{required}")), Some(false.into()));
    assert_eq!(at(&format!("/paths/~1api~1auth~1login~1/post{required}")), Some(true.into()));
    // An error of a field or of the whole body.
    let forms =
        at("/paths/~1api~1auth~1login~1/post/responses/400/content/application~1json/schema/oneOf");
    assert_eq!(forms.unwrap().as_array().map(Vec::len), Some(2));
}
