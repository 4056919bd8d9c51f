//! `/auth/users/`: registration and the list. Source: docs/contract/djoser.md «Users».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::with_header;
use crate::app::{Request, TestApp};

const USERS: &str = "/auth/users/";

/// Returns the example of the API description.
fn example() -> Value {
    json!({
        "username": "example_user",
        "password": "example_password",
        "re_password": "example_password",
        "email": "example@example.com",
    })
}

/// Returns the example with one field changed, or removed if `value` is null.
fn example_with(field: &str, value: Value) -> Value {
    let mut body = example();
    let fields = body.as_object_mut().expect("an object");
    match value {
        Value::Null => fields.remove(field),
        value => fields.insert(field.to_owned(), value),
    };
    body
}

#[actix_web::test]
async fn registers_an_account() {
    let app = TestApp::spawn().await;

    let response = app.anonymous().post(USERS, example()).await;

    assert_snapshot!(response, @r#"
    201 Created
    {"email":"example@example.com","id":"[id]","username":"example_user"}
    "#);
    assert!(response.text().starts_with(r#"{"email":"#));
    assert!(app.sent_mail().await.is_empty());
}

#[actix_web::test]
async fn does_not_require_an_address() {
    let app = TestApp::spawn().await;

    for (username, email) in
        [("a-one", Value::Null), ("a-two", json!("")), ("a-three", json!("  "))]
    {
        let mut body = example_with("email", email);
        body["username"] = json!(username);
        let response = app.anonymous().post(USERS, body).await;
        assert_eq!(response.status, 201, "{response}");
        assert_eq!(response.text_at("/email"), "");
    }
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;

    let body = json!({ "username": "", "email": "nope" });
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"email":["Enter a valid email address."],"password":["This field is required."],"re_password":["This field is required."],"username":["This field may not be blank."]}
    "#);
}

#[actix_web::test]
async fn names_taken_values_beside_other_errors() {
    let app = TestApp::spawn().await;
    app.anonymous().post(USERS, example()).await;

    let body =
        json!({ "username": "example_user", "email": "EXAMPLE@example.com", "password": "x" });
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"re_password":["This field is required."],"username":["A user with that username already exists."]}
    "#);
}

#[actix_web::test]
async fn checks_password_strength_only_when_the_fields_are_valid() {
    let app = TestApp::spawn().await;

    let mut weak = example_with("password", json!("123456"));
    let response = app.anonymous().post(USERS, weak.clone()).await;
    assert_snapshot!(response, @r#"
    400 Bad Request
    {"password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}
    "#);

    weak["username"] = json!("no spaces");
    let response = app.anonymous().post(USERS, weak).await;
    assert_snapshot!(response, @r#"
    400 Bad Request
    {"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}
    "#);
}

#[actix_web::test]
async fn compares_the_password_with_the_attributes_of_the_new_account() {
    let app = TestApp::spawn().await;

    let mut body = example_with("email", json!("rabbithole@example.com"));
    body["password"] = json!("rabbithole9");
    body["re_password"] = json!("rabbithole9");
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"password":["The password is too similar to the email address."]}
    "#);
}

#[actix_web::test]
async fn rejects_two_passwords_that_differ() {
    let app = TestApp::spawn().await;

    let body = example_with("re_password", json!("another_password"));
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"non_field_errors":["The two password fields didn't match."]}
    "#);
}

#[actix_web::test]
async fn rejects_control_and_surrogate_characters() {
    let app = TestApp::spawn().await;

    let body =
        r#"{"username": "a\u0000", "email": "\ud800", "password": true, "re_password": ["x"]}"#;
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"email":["Surrogate characters are not allowed: U+D800."],"password":["Not a valid string."],"re_password":["Not a valid string."],"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.","Null characters are not allowed."]}
    "#);
}

#[actix_web::test]
async fn reports_both_errors_of_a_surrogate_in_a_username() {
    let app = TestApp::spawn().await;

    let body = r#"{"username": "a\ud800", "password": "Str0ng-Passw0rd!", "re_password": "Str0ng-Passw0rd!"}"#;
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.","Surrogate characters are not allowed: U+D800."]}
    "#);
}

#[actix_web::test]
async fn limits_the_length_of_the_password() {
    let app = TestApp::spawn().await;

    let mut body = example_with("password", json!("aZ3$".repeat(1025)));
    body["re_password"] = body["password"].clone();
    let response = app.anonymous().post(USERS, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"password":["Ensure this field has no more than 4096 characters."],"re_password":["Ensure this field has no more than 4096 characters."]}
    "#);
}

#[actix_web::test]
async fn reads_only_the_documented_fields() {
    let app = TestApp::spawn().await;

    let mut body = example();
    body["is_staff"] = json!(true);
    body["is_superuser"] = json!(true);
    body["is_active"] = json!(false);
    body["id"] = json!(777);
    let response = app.anonymous().post(USERS, body).await;

    assert_eq!(response.status, 201, "{response}");
    assert_ne!(response.json()["id"], json!(777));
    let page = loggia_kernel::PageRequest::new(10, 0);
    let accounts = app.services().accounts.list(&mut app.work(), page).await.unwrap();
    let account = accounts.items.first().unwrap();
    assert!(account.is_active && !account.is_staff && !account.is_superuser);
}

#[actix_web::test]
async fn accepts_forms() {
    let app = TestApp::spawn().await;

    let request = Request::new("POST", USERS)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("username=one&password=Str0ng-Passw0rd%21&re_password=Str0ng-Passw0rd%21");
    assert_eq!(app.send(request).await.status, 201);

    let part = |name: &str, value: &str| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let form = part("username", "two")
        + &part("password", TestApp::PASSWORD)
        + &part("re_password", TestApp::PASSWORD)
        + "--XX--\r\n";
    let request = Request::new("POST", USERS)
        .header("Content-Type", "multipart/form-data; boundary=XX")
        .body(form);
    assert_eq!(app.send(request).await.status, 201);
}

#[actix_web::test]
async fn rejects_an_invalid_credential_where_none_is_required() {
    let app = TestApp::spawn().await;

    let request =
        Request::new("POST", USERS).header("Authorization", "Bearer garbage").json(&example());

    assert_snapshot!(app.send(request).await, @r#"
    401 Unauthorized
    {"detail":"Invalid token."}
    "#);
}

#[actix_web::test]
async fn of_concurrent_registrations_one_creates_an_account() {
    let app = TestApp::spawn().await;
    let anonymous = app.anonymous();

    let responses = join_all((0..20).map(|n| {
        let mut body = example_with("username", json!(format!("racer{n}")));
        body["email"] = json!(if n % 2 == 0 { "one@example.com" } else { "ONE@example.com" });
        anonymous.post(USERS, body)
    }))
    .await;

    let mut made = 0;
    for response in responses {
        if response.status == 201 {
            made += 1;
        } else {
            assert_eq!(
                response.to_string(),
                "400 Bad Request\n{\"email\":[\"user with this email already exists.\"]}"
            );
        }
    }
    assert_eq!(made, 1);
}

#[actix_web::test]
async fn lists_all_accounts_for_staff_and_the_own_account_for_others() {
    let app = TestApp::spawn().await;
    let (alice, admin) = (app.user("alice").await, app.admin().await);

    assert_snapshot!(alice.get(USERS).await, @r#"
    200 OK
    [{"email":"alice@example.com","id":"[id]","username":"alice"}]
    "#);
    assert_snapshot!(admin.get(USERS).await, @r#"
    200 OK
    [{"email":"alice@example.com","id":"[id]","username":"alice"},{"email":"admin@example.com","id":"[id]","username":"admin"}]
    "#);
    assert_snapshot!(with_header(&app, "GET", USERS, "").await, @r#"
    401 Unauthorized
    {"detail":"Authentication credentials were not provided."}
    "#);
}
