//! `/api/users/profile/`. Source: docs/contract/users.md «Profile».

use insta::assert_snapshot;

use crate::app::{Request, TestApp};

const PROFILE: &str = "/api/users/profile/";

#[actix_web::test]
async fn shows_the_caller() {
    let app = TestApp::spawn().await;

    let response = app.user("alice").await.get(PROFILE).await;

    assert_snapshot!(response, @r#"
    200 OK
    {"data":{"company_name":"","email":"alice@example.com","first_name":"","id":"[id]","last_name":""},"message":"Profile retrieved successfully","status":"success"}
    "#);
}

#[actix_web::test]
async fn rejects_missing_and_invalid_credentials() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    for (header, message) in [
        (String::new(), "Authentication credentials were not provided."),
        (format!("bearer {}", alice.access()), "Authentication credentials were not provided."),
        ("Bearer".to_owned(), "Authorization header must contain two space-delimited values"),
        ("Bearer garbage".to_owned(), "Given token not valid for any token type"),
        (format!("Bearer {}", alice.refresh()), "Given token not valid for any token type"),
    ] {
        let request = Request::new("GET", PROFILE).header("Authorization", &header);
        let response = app.send(request).await;
        assert_eq!(response.status, 401, "{header}");
        assert_eq!(response.json()["message"], message, "{header}");
        assert_eq!(response.json()["status"], "failed");
        let challenge = response.header("WWW-Authenticate");
        assert_eq!(challenge.as_deref(), Some("Bearer realm=\"api\""));
    }
}

#[actix_web::test]
async fn rejects_deactivated_and_deleted_accounts() {
    let app = TestApp::spawn().await;
    let (off, gone) = (app.user("off").await, app.user("gone").await);
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), off.account().id, false).await.unwrap();
    accounts.delete(&mut app.work(), gone.account().id).await.unwrap();

    assert_snapshot!(off.get(PROFILE).await, @r#"
    401 Unauthorized
    {"message":"User is inactive","status":"failed"}
    "#);
    assert_snapshot!(gone.get(PROFILE).await, @r#"
    401 Unauthorized
    {"message":"User not found","status":"failed"}
    "#);
}
