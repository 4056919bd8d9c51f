//! Rate limits. Source: docs/contract/README.md «Throttles»; docs/contract/v1.md «Order of checks».

use std::time::Duration;

use serde_json::json;

use super::{EMAIL, emailed_tokens};
use crate::app::{Response, TestApp};

const TOO_MANY: &str = "429 Too Many Requests\n{\"detail\":\"Too many requests.\"}";
const CHANGE: &str = "/api/v1/auth/email";
const RESET: &str = "/api/v1/auth/password-reset/request";

async fn throttled() -> TestApp {
    TestApp::with(|options| options.is_rate_limited = true).await
}

async fn reset(app: &TestApp, email: &str) -> Response {
    app.anonymous().post(RESET, json!({ "email": email })).await
}

#[actix_web::test]
async fn an_address_change_is_limited_to_three_per_hour() {
    let app = throttled().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    let body = json!({ "email": "new@ex.com" });
    for _ in 0..5 {
        assert_eq!(app.anonymous().patch(CHANGE, body.clone()).await.status, 401);
    }
    // Invalid requests count as well.
    assert_eq!(jane.patch(CHANGE, "{").await.status, 400);
    assert_eq!(jane.patch(CHANGE, json!({})).await.status, 400);
    app.clock().advance(Duration::from_secs(60));
    assert_eq!(jane.patch(CHANGE, body.clone()).await.status, 200);

    let response = jane.patch(CHANGE, "{").await;

    assert_eq!(response.to_string(), TOO_MANY);
    assert_eq!(response.header("Retry-After").as_deref(), Some("3540"));
    assert_eq!(bob.patch(CHANGE, json!({ "email": "bob@ex.com" })).await.status, 200);
    // Throttled requests are not counted: an hour after the first, two are allowed again. The tokens are just about to
    // expire.
    app.clock().advance(Duration::from_secs(3539));
    assert_eq!(jane.patch(CHANGE, body.clone()).await.status, 429);
    app.clock().advance(Duration::from_secs(1));
    let jane = super::log_in(&app, "jane@example.com", TestApp::PASSWORD).await.text_at("/access");
    for status in [200, 200, 429] {
        let response = super::send_with_token(&app, &jane, "PATCH", CHANGE, body.clone()).await;
        assert_eq!(response.status, status);
    }
    emailed_tokens(&app).await;
}

#[actix_web::test]
async fn reset_requests_are_limited_to_three_per_hour_and_address() {
    let app = throttled().await;
    for email in [EMAIL, "JANE.doe@ex.com", " jane.doe@ex.com "] {
        assert_eq!(reset(&app, email).await.status, 200);
    }

    let response = reset(&app, EMAIL).await;

    assert_eq!(response.to_string(), TOO_MANY);
    assert_eq!(response.header("Retry-After").as_deref(), Some("3600"));
    assert_eq!(reset(&app, "bob@ex.com").await.status, 200);
    app.clock().advance(Duration::from_secs(3600));
    assert_eq!(reset(&app, EMAIL).await.status, 200);
    assert!(emailed_tokens(&app).await.is_empty(), "no account has these addresses");
}

#[actix_web::test]
async fn reset_requests_are_limited_to_sixty_per_client() {
    let app = throttled().await;
    for n in 0..58 {
        assert_eq!(reset(&app, &format!("user{n}@ex.com")).await.status, 200);
    }
    assert_eq!(app.anonymous().post(RESET, "{").await.status, 400);
    assert_eq!(app.anonymous().post(RESET, json!({})).await.status, 400);

    assert_eq!(reset(&app, "one-more@ex.com").await.to_string(), TOO_MANY);
    assert_eq!(app.anonymous().post(RESET, "{").await.to_string(), TOO_MANY);
    app.sent_mail().await;
}

#[actix_web::test]
async fn one_setting_disables_every_limit() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for _ in 0..5 {
        assert_eq!(jane.patch(CHANGE, json!({})).await.status, 400);
        assert_eq!(reset(&app, EMAIL).await.status, 200);
    }
    app.sent_mail().await;
}
