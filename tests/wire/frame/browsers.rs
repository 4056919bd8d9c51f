//! Browser features: cross-origin requests and compression.
//! Source: docs/contract/README.md «Cross-origin requests», «Headers».

use gateway::config::{List, Origin};

use super::OPEN;
use crate::app::{Request, Response, TestApp};

const ALLOWED_ORIGIN: &str = "https://app.example.com";

/// Starts the app with one allowed origin.
async fn app() -> TestApp {
    let allowed: List<Origin> = ALLOWED_ORIGIN.parse().expect("an origin");
    TestApp::with(|options| options.cors_origins = allowed.to_vec()).await
}

fn preflight(path: &str, origin: &str, method: &str) -> Request {
    Request::new("OPTIONS", path)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", "authorization,content-type")
}

/// Returns `Access-Control-Allow-Origin`. Without that header a browser lets a page of another origin read nothing.
fn permission(response: &Response) -> Option<String> {
    response.header("Access-Control-Allow-Origin")
}

#[actix_web::test]
async fn a_page_of_an_allowed_origin_may_send_requests() {
    let app = app().await;
    let user = app.user("user").await;

    for (path, method) in [
        ("/auth/users/me/", "DELETE"),
        ("/auth/users/me", "PATCH"),
        ("/api/users/profile/", "GET"),
        ("/api/auth/me/", "PUT"),
        ("/api/v1/users/me", "PATCH"),
        ("/api/v1/token/pair", "POST"),
    ] {
        // Browsers send a preflight without credentials, so it must not require any.
        let response = app.send(preflight(path, ALLOWED_ORIGIN, method)).await;
        assert!(response.status.is_success(), "{path}: {response}");
        for (name, value) in [
            ("Access-Control-Allow-Origin", ALLOWED_ORIGIN),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Max-Age", "86400"),
        ] {
            assert_eq!(response.header(name).as_deref(), Some(value), "{path}: {name}");
        }
        let methods = response.header("Access-Control-Allow-Methods").unwrap();
        assert!(methods.contains(method), "{path}: {methods}");
        let headers = response.header("Access-Control-Allow-Headers").unwrap();
        let headers = headers.to_ascii_lowercase();
        for name in [
            "accept",
            "authorization",
            "content-type",
            "user-agent",
            "x-csrftoken",
            "x-requested-with",
        ] {
            assert!(headers.contains(name), "{path}: {headers}");
        }
        assert!(response.header("X-Request-Id").is_some());
        assert!(response.header("Content-Security-Policy").is_some());
    }

    let request = Request::new("GET", "/api/v1/users/me").header("Origin", ALLOWED_ORIGIN);
    let response = user.send(request).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("Access-Control-Allow-Origin").as_deref(), Some(ALLOWED_ORIGIN));
    assert_eq!(response.header("Access-Control-Allow-Credentials").as_deref(), Some("true"));
    let vary = response.header("Vary").unwrap_or_default().to_ascii_lowercase();
    assert!(vary.contains("origin"), "{vary}");
    let shown = response.header("Access-Control-Expose-Headers").unwrap().to_ascii_lowercase();
    assert!(shown.contains("x-request-id") && shown.contains("retry-after"), "{shown}");
}

/// Errors must be readable for an allowed page as well.
#[actix_web::test]
async fn a_page_of_an_allowed_origin_may_read_errors() {
    let app = app().await;
    for (path, _) in OPEN {
        for (method, path) in
            [("POST", path), ("PUT", path), ("GET", "/api/v1/nothing"), ("GET", "/auth/users/me/")]
        {
            let response =
                app.send(Request::new(method, path).header("Origin", ALLOWED_ORIGIN)).await;
            assert!(response.status.is_client_error(), "{response}");
            let origin = response.header("Access-Control-Allow-Origin");
            assert_eq!(origin.as_deref(), Some(ALLOWED_ORIGIN), "{method} {path}: {response}");
        }
    }
}

#[actix_web::test]
async fn pages_of_other_origins_get_no_permission() {
    let app = app().await;
    let user = app.user("user").await;

    for origin in [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://APP.example.com",
        "https://app.example.com/",
        "null",
        "*",
        "",
    ] {
        for path in ["/auth/users/me/", "/api/users/profile/", "/api/auth/me/", "/api/v1/users/me"]
        {
            let response = app.send(preflight(path, origin, "GET")).await;
            assert_eq!(permission(&response), None, "{origin}: {response}");
            let methods = response.header("Access-Control-Allow-Methods");
            assert_eq!(methods, None, "{origin}: {response}");
            assert!(!response.status.is_server_error(), "{origin}: {response}");
            if !origin.is_empty() {
                assert!(!response.text().contains(origin), "{origin}: {response}");
            }

            let request = Request::new("GET", path).header("Origin", origin);
            let response = user.send(request).await;
            assert_eq!(permission(&response), None, "{origin}: {response}");
        }
    }
}

#[actix_web::test]
async fn without_the_setting_no_origin_is_allowed() {
    let app = TestApp::spawn().await;
    for path in ["/auth/users/me/", "/api/v1/users/me", "/healthz"] {
        let response = app.send(preflight(path, ALLOWED_ORIGIN, "GET")).await;
        assert_eq!(permission(&response), None, "{path}: {response}");
    }
}

/// The first bytes of a gzip stream.
const GZIP: &[u8] = &[0x1f, 0x8b];

#[actix_web::test]
async fn compresses_for_clients_that_accept_it() {
    let app = TestApp::spawn().await;
    let document =
        |accept: &str| Request::new("GET", "/openapi/v1.json").header("Accept-Encoding", accept);

    let plain = app.anonymous().get("/openapi/v1.json").await;
    assert_eq!(plain.header("Content-Encoding"), None);
    let gzip = app.send(document("gzip")).await;
    assert_eq!(gzip.header("Content-Encoding").as_deref(), Some("gzip"));
    assert!(gzip.body.starts_with(GZIP));
    assert!(gzip.body.len() * 4 < plain.body.len());
    let brotli = app.send(document("br")).await;
    assert_eq!(brotli.header("Content-Encoding").as_deref(), Some("br"));
    assert!(brotli.body.len() * 4 < plain.body.len());
    for response in [&gzip, &brotli] {
        let vary = response.header("Vary").unwrap_or_default().to_ascii_lowercase();
        assert!(vary.contains("accept-encoding"), "{vary}");
        assert!(response.header("X-Request-Id").is_some());
    }
    let unknown = app.send(document("zzz")).await;
    assert_eq!((unknown.status.as_u16(), unknown.header("Content-Encoding")), (200, None));
}
