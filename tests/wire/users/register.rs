//! `/api/users/register/`. Source: docs/contract/users.md «Registration».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::{Request, Response, TestApp};

const REGISTER: &str = "/api/users/register/";

/// Returns the example of the API description.
fn john() -> Value {
    json!({
        "email": "user@example.com",
        "password": "securepassword123",
        "confirm_password": "securepassword123",
        "company_name": "My Company",
        "first_name": "John",
        "last_name": "Doe",
    })
}

/// Registers the example with some fields replaced, or removed where the change is null.
async fn register(app: &TestApp, changes: Value) -> Response {
    let mut body = john();
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    app.anonymous().post(REGISTER, body).await
}

/// Registers the example with both passwords replaced.
async fn with_password(app: &TestApp, password: Value) -> Response {
    register(app, json!({ "password": password, "confirm_password": password })).await
}

#[actix_web::test]
async fn registers_an_account_and_logs_it_in() {
    let app = TestApp::spawn().await;

    let response = app.anonymous().post(REGISTER, john()).await;

    assert_snapshot!(response, @r#"
    201 Created
    {"data":{"tokens":{"access":"[jwt]","refresh":"[jwt]"},"user":{"company_name":"My Company","email":"user@example.com","first_name":"John","id":"[id]","last_name":"Doe"}},"message":"User registered successfully","status":"success"}
    "#);
    let bearer = format!("Bearer {}", response.text_at("/data/tokens/access"));
    let profile = Request::new("GET", "/api/users/profile/").header("Authorization", &bearer);
    assert_eq!(app.send(profile).await.status, 200);
}

#[actix_web::test]
async fn requires_only_address_and_passwords() {
    let app = TestApp::spawn().await;
    let body = json!({
        "email": "Min@EXAMPLE.com",
        "password": "  securepassword123  ",
        "confirm_password": "securepassword123",
        "is_staff": true,
        "id": 77,
    });

    let response = app.anonymous().post(REGISTER, body).await;

    assert_snapshot!(response, @r#"
    201 Created
    {"data":{"tokens":{"access":"[jwt]","refresh":"[jwt]"},"user":{"company_name":"","email":"Min@example.com","first_name":"","id":"[id]","last_name":""}},"message":"User registered successfully","status":"success"}
    "#);
    assert_ne!(response.json()["data"]["user"]["id"], 77);
}

#[actix_web::test]
async fn rejects_a_taken_address_in_any_case() {
    let app = TestApp::spawn().await;
    app.anonymous().post(REGISTER, john()).await;

    let response = register(&app, json!({ "email": "USER@Example.com" })).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"errors":{"email":["A user with this email already exists."]},"message":"A user with this email already exists.","status":"failed"}
    "#);
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;

    let empty = app.anonymous().post(REGISTER, json!({})).await;
    assert_snapshot!(empty, @r#"
    400 Bad Request
    {"errors":{"confirm_password":["This field is required."],"email":["This field is required."],"password":["This field is required."]},"message":"Password must be at least 8 characters long and contain letters and numbers.","status":"failed"}
    "#);

    let wrong = json!({
        "email": "nope",
        "company_name": "x".repeat(256),
        "first_name": null,
        "last_name": ["Doe"],
    });
    let response = register(&app, wrong).await;
    assert_snapshot!(response, @r#"
    400 Bad Request
    {"errors":{"company_name":["Ensure this field has no more than 255 characters."],"email":["Enter a valid email address."],"first_name":["This field may not be null."],"last_name":["Not a valid string."]},"message":"Validation error","status":"failed"}
    "#);
}

#[actix_web::test]
async fn lists_every_rule_that_a_password_breaks() {
    let app = TestApp::spawn().await;
    const MESSAGE: &str =
        "Password must be at least 8 characters long and contain letters and numbers.";
    let cases = [
        (
            json!("aZ3$kq"),
            vec!["This password is too short. It must contain at least 8 characters.", MESSAGE],
        ),
        (json!("password"), vec!["This password is too common.", MESSAGE]),
        (json!("8273645192837"), vec!["This password is entirely numeric.", MESSAGE]),
        (json!("horsebatterystaple"), vec![MESSAGE]),
        (json!("password1"), vec!["This password is too common."]),
        (json!("user@example.com1"), vec!["The password is too similar to the email address."]),
        (
            json!(12345),
            vec![
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric.",
                MESSAGE,
            ],
        ),
        (json!(true), vec!["Not a valid string."]),
        (json!("x1".repeat(2049)), vec!["Ensure this field has no more than 4096 characters."]),
    ];
    for (password, sentences) in cases {
        let response = with_password(&app, password.clone()).await.json();
        assert_eq!(response["message"], MESSAGE, "{password}");
        assert_eq!(response["errors"]["password"], json!(sentences), "{password}");
    }
}

#[actix_web::test]
async fn compares_the_passwords_once_every_other_field_is_valid() {
    let app = TestApp::spawn().await;

    let differing = register(&app, json!({ "confirm_password": "different123" })).await;
    assert_snapshot!(differing, @r#"
    400 Bad Request
    {"errors":{"non_field_errors":["Passwords do not match"]},"message":"Validation error","status":"failed"}
    "#);

    let absent = register(&app, json!({ "confirm_password": "" })).await;
    assert_snapshot!(absent, @r#"
    400 Bad Request
    {"errors":{"confirm_password":["This field may not be blank."]},"message":"Passwords do not match.","status":"failed"}
    "#);

    let nameless = json!({ "confirm_password": "different123", "email": "" });
    assert_snapshot!(register(&app, nameless).await, @r#"
    400 Bad Request
    {"errors":{"email":["This field may not be blank."]},"message":"Validation error","status":"failed"}
    "#);
}

#[actix_web::test]
async fn twenty_concurrent_registrations_create_one_account() {
    let app = TestApp::spawn().await;

    let responses = join_all((0..20).map(|_| register(&app, json!({})))).await;

    let (made, refused): (Vec<_>, Vec<_>) =
        responses.iter().partition(|response| response.status == 201);
    assert_eq!((made.len(), refused.len()), (1, 19));
    for response in refused {
        assert_eq!(response.status, 400, "{response}");
        assert_eq!(response.json()["message"], "A user with this email already exists.");
    }
}

#[actix_web::test]
async fn names_values_that_cannot_be_stored() {
    let app = TestApp::spawn().await;
    let body = r#"{"email": "a\u0000@example.com", "password": "secure\u0000password123",
        "confirm_password": "x\udc00", "first_name": "Jo\ud800hn", "last_name": "\u0000",
        "company_name": "My 🏢 \u202eCompany"}"#;

    let response = app.anonymous().post(REGISTER, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"errors":{"confirm_password":["Surrogate characters are not allowed: U+DC00."],"email":["Null characters are not allowed.","Enter a valid email address."],"first_name":["Surrogate characters are not allowed: U+D800."],"last_name":["Null characters are not allowed."],"password":["Null characters are not allowed."]},"message":"Password must be at least 8 characters long and contain letters and numbers.","status":"failed"}
    "#);
}

#[actix_web::test]
async fn accepts_forms() {
    let app = TestApp::spawn().await;
    let urlencoded = Request::new("POST", REGISTER)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("email=a%40example.com&password=x&password=securepassword123&confirm_password=securepassword123");
    assert_eq!(app.send(urlencoded).await.status, 201);

    let parts: String = [
        ("email", "b@example.com"),
        ("password", "securepassword123"),
        ("confirm_password", "securepassword123"),
    ]
    .map(|(name, value)| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    })
    .concat();
    let multipart = Request::new("POST", REGISTER)
        .header("Content-Type", "multipart/form-data; boundary=cut")
        .body(format!("{parts}--cut--\r\n"));
    assert_eq!(app.send(multipart).await.status, 201);
}

#[actix_web::test]
async fn the_address_becomes_the_username() {
    let app = TestApp::spawn().await;
    let response = app.anonymous().post(REGISTER, john()).await;
    let bearer = format!("Bearer {}", response.text_at("/data/tokens/access"));

    let me = Request::new("GET", "/api/auth/me/").header("Authorization", &bearer);

    assert_eq!(app.send(me).await.json()["username"], "user@example.com");
}
