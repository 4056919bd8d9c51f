//! Listing, creating, changing and deleting accounts.

use insta::assert_snapshot;
use loggia_kernel::Email;
use loggia_rbac::codename::{MANAGE_USERS, VIEW_USERS};
use serde_json::json;

use super::{USERS, at, new_user};
use crate::{
    api::fixtures::holder,
    app::{Response, TestApp},
};

#[actix_web::test]
async fn lists_all_accounts_by_id() {
    let app = TestApp::spawn().await;
    app.user("zoe").await;
    let viewer = holder(&app, "viewer", &[VIEW_USERS]).await;

    assert_snapshot!(viewer.get(USERS).await, @r#"
    200 OK
    [{"email":"zoe@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","username":"zoe"},{"email":"viewer@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","username":"viewer"}]
    "#);
    let without_slash = viewer.get("/api/users").await;
    assert_eq!(without_slash.json(), viewer.get(USERS).await.json());
}

#[actix_web::test]
async fn a_page_reports_the_total_count() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    for name in ["amy", "bob", "Cleo"] {
        let response = manager.post(USERS, new_user(name)).await;
        assert_eq!(response.status, 201, "{response}");
    }

    let response = manager.get("/api/users/?ordering=-username&limit=2&search=SMITH").await;
    assert_eq!(usernames(&response), ["Cleo", "bob"]);
    assert_eq!(response.header("X-Total-Count").as_deref(), Some("3"));
    let link = response.header("Link").unwrap();
    assert!(link.contains("offset=2") && link.contains(r#"rel="next""#), "{link}");

    let rest = manager.get("/api/users/?limit=2&offset=2").await;
    assert_eq!(usernames(&rest), ["bob", "Cleo"]);
    assert_eq!(rest.header("X-Total-Count").as_deref(), Some("4"));
    assert_eq!(manager.get(USERS).await.header("X-Total-Count"), None);

    assert_snapshot!(manager.get("/api/users/?ordering=password_hash&limit=x").await, @r#"
    400 Bad Request
    {"limit":["A valid integer is required."],"ordering":["\"password_hash\" is not a valid choice."]}
    "#);
}

fn usernames(response: &Response) -> Vec<String> {
    let rows = response.json();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["username"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn creates_the_account_of_the_example() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;

    let response = manager.post(USERS, new_user("newuser")).await;
    assert_snapshot!(response, @r#"
    201 Created
    {"email":"newuser@example.com","first_name":"Jane","id":"[id]","is_active":true,"last_name":"Smith","phone_number":"","username":"newuser"}
    "#);
    let login = json!({ "email": "newuser@example.com", "password": "SecurePass123!" });
    let response = app.anonymous().post("/api/auth/login/", login).await;
    assert_eq!(response.status, 200, "{response}");
}

/// This surface cannot assign a role or set the flags.
#[actix_web::test]
async fn creates_only_plain_users() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let more = json!({ "role": "admin", "is_staff": true, "is_superuser": true, "id": 77 });
    let mut body = new_user("newuser");
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());

    let response = manager.post(USERS, body.clone()).await;
    assert_eq!(response.status, 201, "{response}");
    let path = format!("{USERS}{}/", response.json()["id"]);
    assert_eq!(manager.put(&path, body).await.status, 200);

    let accounts = &app.services().accounts;
    let email = Email::parse("newuser@example.com").unwrap();
    let account = accounts.by_email(&mut app.work(), &email).await.unwrap();
    assert_eq!(&*account.role, "user");
    assert!(!account.is_staff && !account.is_superuser && account.id.get() != 77);
}

#[actix_web::test]
async fn shows_changes_and_deletes_an_account() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let alice = app.user("alice").await;
    let path = at(&alice);

    assert_snapshot!(manager.get(&path).await, @r#"
    200 OK
    {"email":"alice@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","username":"alice"}
    "#);
    let body = json!({ "email": "al@Example.com", "username": "al", "phone_number": "12" });
    assert_snapshot!(manager.put(&path, body).await, @r#"
    200 OK
    {"email":"al@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"12","username":"al"}
    "#);
    let body = json!({ "first_name": "Al", "is_active": "off" });
    assert_snapshot!(manager.patch(&path, body).await, @r#"
    200 OK
    {"email":"al@example.com","first_name":"Al","id":"[id]","is_active":false,"last_name":"","phone_number":"12","username":"al"}
    "#);
    assert_snapshot!(manager.delete(&path, ()).await, @"204 No Content");
    assert_snapshot!(manager.delete(&path, ()).await, @r#"
    404 Not Found
    {"detail":"Not found."}
    "#);
}
