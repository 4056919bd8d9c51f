//! How often is too often. Source: docs/contract/README.md «Throttles»; docs/contract/v1.md «Order of checks».

use std::time::Duration;

use serde_json::json;

use super::{EMAIL, mailed_tokens};
use crate::app::{Answer, TestApp};

const TOO_MANY: &str = "429 Too Many Requests\n{\"detail\":\"Too many requests.\"}";
const CHANGE: &str = "/api/v1/auth/email";
const RESET: &str = "/api/v1/auth/password-reset/request";

async fn throttled() -> TestApp {
    TestApp::with(|options| options.is_rate_limited = true).await
}

async fn reset(app: &TestApp, email: &str) -> Answer {
    app.anonymous().post(RESET, json!({ "email": email })).await
}

#[actix_web::test]
async fn an_address_is_changed_three_times_an_hour() {
    let app = throttled().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    let body = json!({ "email": "new@ex.com" });
    for _ in 0..5 {
        assert_eq!(
            app.anonymous().patch(CHANGE, body.clone()).await.status,
            401
        );
    }
    // A request that is found wanting counts like any other.
    assert_eq!(jane.patch(CHANGE, "{").await.status, 400);
    assert_eq!(jane.patch(CHANGE, json!({})).await.status, 400);
    app.clock().advance(Duration::from_secs(60));
    assert_eq!(jane.patch(CHANGE, body.clone()).await.status, 200);

    let answer = jane.patch(CHANGE, "{").await;

    assert_eq!(answer.to_string(), TOO_MANY);
    assert_eq!(answer.header("Retry-After").as_deref(), Some("3540"));
    assert_eq!(
        bob.patch(CHANGE, json!({ "email": "bob@ex.com" }))
            .await
            .status,
        200
    );
    // Refused requests are not counted: an hour after the first, two are free again. The tokens are just alive.
    app.clock().advance(Duration::from_secs(3539));
    assert_eq!(jane.patch(CHANGE, body.clone()).await.status, 429);
    app.clock().advance(Duration::from_secs(1));
    let jane = super::log_in(&app, "jane@example.com", TestApp::PASSWORD)
        .await
        .text_at("/access");
    for status in [200, 200, 429] {
        let answer = super::ask(&app, &jane, "PATCH", CHANGE, body.clone()).await;
        assert_eq!(answer.status, status);
    }
    mailed_tokens(&app).await;
}

#[actix_web::test]
async fn a_reset_is_asked_for_three_times_an_hour_by_address() {
    let app = throttled().await;
    for email in [EMAIL, "JANE.doe@ex.com", " jane.doe@ex.com "] {
        assert_eq!(reset(&app, email).await.status, 200);
    }

    let answer = reset(&app, EMAIL).await;

    assert_eq!(answer.to_string(), TOO_MANY);
    assert_eq!(answer.header("Retry-After").as_deref(), Some("3600"));
    assert_eq!(reset(&app, "bob@ex.com").await.status, 200);
    app.clock().advance(Duration::from_secs(3600));
    assert_eq!(reset(&app, EMAIL).await.status, 200);
    assert!(
        mailed_tokens(&app).await.is_empty(),
        "nobody has these addresses"
    );
}

#[actix_web::test]
async fn resets_from_one_place_have_a_loose_ceiling() {
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
async fn one_switch_turns_all_of_them_off() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for _ in 0..5 {
        assert_eq!(jane.patch(CHANGE, json!({})).await.status, 400);
        assert_eq!(reset(&app, EMAIL).await.status, 200);
    }
    app.sent_mail().await;
}
