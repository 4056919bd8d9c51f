//! What browsers need: origins that may ask, and compression.
//! Source: docs/contract/README.md «Cross-origin requests», «Headers».

use gateway::config::{List, Origin};

use super::OPEN;
use crate::app::{Answer, Request, TestApp};

const FRIEND: &str = "https://app.example.com";

/// The app with one origin of a friend.
async fn app() -> TestApp {
    let friend: List<Origin> = FRIEND.parse().expect("an origin");
    TestApp::with(|options| options.cors_origins = friend.to_vec()).await
}

fn preflight(path: &str, origin: &str, method: &str) -> Request {
    Request::new("OPTIONS", path)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method)
        .header(
            "Access-Control-Request-Headers",
            "authorization,content-type",
        )
}

/// What an answer says to a page of elsewhere about its origin. Without it a browser lets the page read nothing, whatever else
/// is said.
fn permission(answer: &Answer) -> Option<String> {
    answer.header("Access-Control-Allow-Origin")
}

#[actix_web::test]
async fn a_friend_s_page_may_ask() {
    let app = app().await;
    let somebody = app.user("somebody").await;

    for (path, method) in [
        ("/auth/users/me/", "DELETE"),
        ("/auth/users/me", "PATCH"),
        ("/api/users/profile/", "GET"),
        ("/api/auth/me/", "PUT"),
        ("/api/v1/users/me", "PATCH"),
        ("/api/v1/token/pair", "POST"),
    ] {
        // A browser sends no credentials here, so none may be asked for.
        let answer = app.send(preflight(path, FRIEND, method)).await;
        assert!(answer.status.is_success(), "{path}: {answer}");
        for (name, value) in [
            ("Access-Control-Allow-Origin", FRIEND),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Max-Age", "86400"),
        ] {
            assert_eq!(
                answer.header(name).as_deref(),
                Some(value),
                "{path}: {name}"
            );
        }
        let methods = answer.header("Access-Control-Allow-Methods").unwrap();
        assert!(methods.contains(method), "{path}: {methods}");
        let headers = answer.header("Access-Control-Allow-Headers").unwrap();
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
        assert!(answer.header("X-Request-Id").is_some());
        assert!(answer.header("Content-Security-Policy").is_some());
    }

    let request = Request::new("GET", "/api/v1/users/me").header("Origin", FRIEND);
    let answer = somebody.send(request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("Access-Control-Allow-Origin").as_deref(),
        Some(FRIEND)
    );
    assert_eq!(
        answer.header("Access-Control-Allow-Credentials").as_deref(),
        Some("true")
    );
    let vary = answer
        .header("Vary")
        .unwrap_or_default()
        .to_ascii_lowercase();
    assert!(vary.contains("origin"), "{vary}");
    let shown = answer
        .header("Access-Control-Expose-Headers")
        .unwrap()
        .to_ascii_lowercase();
    assert!(
        shown.contains("x-request-id") && shown.contains("retry-after"),
        "{shown}"
    );
}

/// Also what goes wrong must be readable for the page that asked.
#[actix_web::test]
async fn a_friend_s_page_may_read_refusals() {
    let app = app().await;
    for (path, _) in OPEN {
        for (method, path) in [
            ("POST", path),
            ("PUT", path),
            ("GET", "/api/v1/nothing"),
            ("GET", "/auth/users/me/"),
        ] {
            let answer = app
                .send(Request::new(method, path).header("Origin", FRIEND))
                .await;
            assert!(answer.status.is_client_error(), "{answer}");
            let origin = answer.header("Access-Control-Allow-Origin");
            assert_eq!(origin.as_deref(), Some(FRIEND), "{method} {path}: {answer}");
        }
    }
}

#[actix_web::test]
async fn nobody_else_s_page_is_let_in() {
    let app = app().await;
    let somebody = app.user("somebody").await;

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
        for path in [
            "/auth/users/me/",
            "/api/users/profile/",
            "/api/auth/me/",
            "/api/v1/users/me",
        ] {
            let answer = app.send(preflight(path, origin, "GET")).await;
            assert_eq!(permission(&answer), None, "{origin}: {answer}");
            let methods = answer.header("Access-Control-Allow-Methods");
            assert_eq!(methods, None, "{origin}: {answer}");
            assert!(!answer.status.is_server_error(), "{origin}: {answer}");
            if !origin.is_empty() {
                assert!(!answer.text().contains(origin), "{origin}: {answer}");
            }

            let request = Request::new("GET", path).header("Origin", origin);
            let answer = somebody.send(request).await;
            assert_eq!(permission(&answer), None, "{origin}: {answer}");
        }
    }
}

#[actix_web::test]
async fn without_the_setting_nobody_is_let_in() {
    let app = TestApp::spawn().await;
    for path in ["/auth/users/me/", "/api/v1/users/me", "/healthz"] {
        let answer = app.send(preflight(path, FRIEND, "GET")).await;
        assert_eq!(permission(&answer), None, "{path}: {answer}");
    }
}

/// The first bytes of what gzip makes.
const GZIP: &[u8] = &[0x1f, 0x8b];

#[actix_web::test]
async fn compresses_for_whoever_asks() {
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
    for answer in [&gzip, &brotli] {
        let vary = answer
            .header("Vary")
            .unwrap_or_default()
            .to_ascii_lowercase();
        assert!(vary.contains("accept-encoding"), "{vary}");
        assert!(answer.header("X-Request-Id").is_some());
    }
    let unknown = app.send(document("zzz")).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.header("Content-Encoding")),
        (200, None)
    );
}
