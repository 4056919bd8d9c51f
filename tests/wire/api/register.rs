//! `/api/auth/register/`. Source: docs/contract/api.md «Registration», «Shared paths».

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::app::{Request, Response, TestApp};

const REGISTER: &str = "/api/auth/register/";

/// Registers the API description's example with some fields replaced.
async fn register(app: &TestApp, changes: Value) -> Response {
    let mut body = json!({
        "email": "user@example.com",
        "username": "username",
        "password": "SecurePass123!",
        "first_name": "John",
        "last_name": "Doe",
        "phone_number": "1234567890",
    });
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    app.anonymous().post(REGISTER, body).await
}

#[actix_web::test]
async fn registers_an_account_and_logs_it_in() {
    let app = TestApp::spawn().await;

    let response = register(&app, json!({})).await;

    assert_snapshot!(response, @r#"
    201 Created
    {"access":"[jwt]","refresh":"[jwt]","user":{"email":"user@example.com","first_name":"John","id":"[id]","is_active":true,"last_name":"Doe","phone_number":"1234567890","username":"username"}}
    "#);
    let bearer = format!("Bearer {}", response.text_at("/access"));
    let me = Request::new("GET", "/api/auth/me/").header("Authorization", &bearer);
    assert_eq!(app.send(me).await.status, 200);
}

#[actix_web::test]
async fn requires_only_address_and_password() {
    let app = TestApp::spawn().await;
    let body = |email: &str| json!({ "email": email, "password": TestApp::PASSWORD, "role": "admin", "is_staff": true });

    let fitting = app.anonymous().post(REGISTER, body("min@example.com")).await;
    assert_snapshot!(fitting, @r#"
    201 Created
    {"access":"[jwt]","refresh":"[jwt]","user":{"email":"min@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"","username":"min@example.com"}}
    "#);
    let bearer = format!("Bearer {}", fitting.text_at("/access"));
    let me = Request::new("GET", "/api/auth/me/").header("Authorization", &bearer);
    assert_eq!(app.send(me).await.json()["role"], "user");

    let odd = app.anonymous().post(REGISTER, body("o'dd!@example.com")).await;
    assert_eq!(odd.json()["user"]["username"], "odd");
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    register(&app, json!({})).await;

    assert_snapshot!(app.anonymous().post(REGISTER, "").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"password":["This field is required."]}
    "#);

    let taken =
        register(&app, json!({ "email": "USER@example.com", "phone_number": "1".repeat(21) }));
    assert_snapshot!(taken.await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"phone_number":["Ensure this field has no more than 20 characters."],"username":["A user with that username already exists."]}
    "#);

    let wrong = json!({
        "email": [],
        "username": "a b",
        "password": {},
        "first_name": "x".repeat(151),
        "last_name": null,
        "phone_number": false,
    });
    assert_snapshot!(register(&app, wrong).await, @r#"
    400 Bad Request
    {"email":["Enter a valid email address."],"first_name":["Ensure this field has no more than 150 characters."],"last_name":["This field may not be null."],"password":["Not a valid string."],"phone_number":["Not a valid string."],"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}
    "#);

    let blank = json!({ "email": " ", "username": "", "password": "  " });
    assert_snapshot!(register(&app, blank).await, @r#"
    400 Bad Request
    {"email":["This field may not be blank."],"password":["This field may not be blank."],"username":["This field may not be blank."]}
    "#);
}

#[actix_web::test]
async fn lists_every_weakness_of_a_password() {
    let app = TestApp::spawn().await;

    for (password, sentences) in [
        (
            json!(12345),
            &[
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric.",
            ][..],
        ),
        (json!("username1"), &["The password is too similar to the username."][..]),
        (json!("x1".repeat(2049)), &["Ensure this field has no more than 4096 characters."][..]),
    ] {
        let response = register(&app, json!({ "password": password })).await;
        assert_eq!(response.status, 400);
        assert_eq!(response.json(), json!({ "password": sentences }));
    }
}

#[actix_web::test]
async fn names_values_that_cannot_be_stored() {
    let app = TestApp::spawn().await;
    let body = r#"{"email": "a\u0000@example.com", "username": "a\u0000b", "password": "Secure\ud800Pass123!",
        "first_name": "\udfff", "last_name": "Do\u0000e", "phone_number": "📞 12"}"#;

    let response = app.anonymous().post(REGISTER, body).await;

    assert_snapshot!(response, @r#"
    400 Bad Request
    {"email":["Null characters are not allowed.","Enter a valid email address."],"first_name":["Surrogate characters are not allowed: U+DFFF."],"last_name":["Null characters are not allowed."],"password":["Surrogate characters are not allowed: U+D800."],"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.","Null characters are not allowed."]}
    "#);
}

#[actix_web::test]
async fn twenty_concurrent_registrations_create_one_account() {
    let app = TestApp::spawn().await;

    let responses = join_all((0..20).map(|n| {
        let username = format!("username{n}");
        register(&app, json!({ "username": username }))
    }))
    .await;

    let made = responses.iter().filter(|response| response.status == 201).count();
    let refused = responses.iter().filter(|response| response.status == 400);
    assert_eq!(made, 1);
    assert_eq!(
        refused
            .filter(|response| response.json()
                == json!({ "email": ["user with this email already exists."] }))
            .count(),
        19
    );
}

#[actix_web::test]
async fn an_invalid_credential_is_rejected_though_none_is_required() {
    let app = TestApp::spawn().await;

    let request =
        Request::new("POST", REGISTER).header("Authorization", "Bearer garbage").json(&json!({}));

    assert_snapshot!(app.send(request).await, @r#"
    401 Unauthorized
    {"code":"token_not_valid","detail":"Given token not valid for any token type","messages":[{"message":"Token is invalid","token_class":"AccessToken","token_type":"access"}]}
    "#);
}
