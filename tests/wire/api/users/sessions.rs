//! The sessions and tokens of a changed account.

use loggia_rbac::codename::MANAGE_USERS;
use serde_json::{Value, json};

use super::at;
use crate::{
    api::fixtures::holder,
    app::{Request, TestApp},
};

/// Setting one's own password keeps the current session, as changing it does, and ends the others.
#[actix_web::test]
async fn setting_the_own_password_keeps_the_current_session() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let login = json!({ "email": "manager@example.com", "password": TestApp::PASSWORD });
    let other = app.anonymous().post("/api/auth/login/", login).await;

    let body = json!({ "password": "An0ther-Passw0rd!" });
    assert_eq!(manager.patch(&at(&manager), body).await.status, 200);

    assert_eq!(manager.get("/api/auth/me/").await.status, 200);
    let request = Request::new("GET", "/api/auth/me/")
        .header("Authorization", &format!("Bearer {}", other.text_at("/access")));
    assert_eq!(app.send(request).await.status, 401);
}

/// A path of each surface that requires a token.
const PROTECTED: [&str; 5] = [
    "/auth/users/me/",
    "/api/users/profile/",
    "/api/auth/me/",
    "/api/v1/users/me",
    "/api/v1/orgs/",
];

#[actix_web::test]
async fn changes_to_an_account_invalidate_its_tokens_on_every_surface() {
    for (method, body) in [
        ("PATCH", json!({ "is_active": false })),
        ("PATCH", json!({ "password": "An0ther-Passw0rd!" })),
        ("DELETE", Value::Null),
    ] {
        let app = TestApp::spawn().await;
        let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
        let alice = app.user("alice").await;
        let login = json!({ "username": "alice", "password": TestApp::PASSWORD });
        let opaque = app.anonymous().post("/auth/token/login/", login).await;
        let opaque = format!("Token {}", opaque.text_at("/auth_token"));
        let by_opaque = || Request::new("GET", PROTECTED[0]).header("Authorization", &opaque);
        for protected in PROTECTED {
            assert_eq!(alice.get(protected).await.status, 200, "{protected}");
        }
        assert_eq!(app.send(by_opaque()).await.status, 200);

        let response = manager.send(Request::new(method, &at(&alice)).json(&body)).await;
        assert!(response.status.is_success(), "{response}");

        for protected in PROTECTED {
            assert_eq!(alice.get(protected).await.status, 401, "{method} {body}: {protected}");
        }
        assert_eq!(app.send(by_opaque()).await.status, 401, "{method} {body}");
        let refresh = json!({ "refresh": alice.refresh() });
        for path in ["/auth/jwt/refresh/", "/api/auth/token/refresh/", "/api/users/refresh-token/"]
        {
            let response = app.anonymous().post(path, refresh.clone()).await;
            assert_eq!(response.status, 401, "{method} {body}: {path}");
        }
    }
}
