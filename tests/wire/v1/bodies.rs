//! Request bodies: media types, JSON and size. Source: docs/contract/v1.md «Request bodies».

use serde_json::json;

use super::{EMAIL, expect_each};
use crate::app::{Request, TestApp};

const REGISTER: &str = "/api/v1/auth/register";
const NOT_JSON: &str = "400 Bad Request\n{\"detail\":\"Cannot parse request body\"}";
const BOTH_MISSING: &str = "400 Bad Request\n{\"detail\":\"Field required; Field required\",\"errors\":[\
    {\"location\":[\"body\",\"data\",\"email\"],\"message\":\"Field required\",\"type\":\"missing\"},\
    {\"location\":[\"body\",\"data\",\"password\"],\"message\":\"Field required\",\"type\":\"missing\"}]}";

#[actix_web::test]
async fn a_body_is_read_as_json_whatever_its_type() {
    let app = TestApp::spawn().await;
    for (n, kind) in
        ["text/plain", "application/x-www-form-urlencoded", "nonsense"].iter().enumerate()
    {
        let body = json!({ "email": format!("jane{n}@ex.com"), "password": "s3cret-pass" });
        let request =
            Request::new("POST", REGISTER).header("Content-Type", kind).body(body.to_string());
        assert_eq!(app.send(request).await.status, 200, "{kind}");
    }
    let body = json!({ "email": EMAIL, "password": "s3cret-pass" });
    let request = Request::new("POST", REGISTER).body(body.to_string());
    assert_eq!(app.send(request).await.status, 200, "without a type");
}

#[actix_web::test]
async fn a_body_that_is_not_an_object_lacks_every_field() {
    let app = TestApp::spawn().await;
    let nested = "[".repeat(5_000) + &"]".repeat(5_000);
    expect_each(&app, ("POST", REGISTER), &[
        ("[]", BOTH_MISSING),
        (r#"[{"email":"a@ex.com"}]"#, BOTH_MISSING),
        ("5", BOTH_MISSING),
        ("\"text\"", BOTH_MISSING),
        ("null", BOTH_MISSING),
        (&nested, BOTH_MISSING),
        ("", "400 Bad Request\n{\"detail\":\"Field required\",\"errors\":[\
            {\"location\":[\"body\",\"data\"],\"message\":\"Field required\",\"type\":\"missing\"}]}"),
        ("{", NOT_JSON),
        (" ", NOT_JSON),
        ("{}{}", NOT_JSON),
        ("{'email':'a@ex.com'}", NOT_JSON),
        ("email=a%40ex.com&password=s3cret-pass", NOT_JSON),
        ("--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@ex.com\r\n--x--\r\n", NOT_JSON),
    ]).await;
    let request = Request::new("POST", REGISTER).body(b"{\"email\":\"\xff\"}".to_vec());
    assert_eq!(app.send(request).await.to_string(), NOT_JSON, "no UTF-8");
}

#[actix_web::test]
async fn the_last_value_of_a_repeated_key_counts() {
    let app = TestApp::spawn().await;
    let body = r#"{"email":"x","email":"jane.doe@ex.com","password":"s3cret-pass"}"#;
    assert_eq!(app.anonymous().post(REGISTER, body).await.status, 200);
}

#[actix_web::test]
async fn a_body_has_a_size_limit() {
    let app = TestApp::spawn().await;
    let body = format!(r#"{{"email":"{}"}}"#, "x".repeat(100_000));
    let response = app.anonymous().post(REGISTER, &*body).await;
    assert_eq!(
        response.to_string(),
        "413 Payload Too Large\n{\"detail\":\"Request body is too large.\"}"
    );
}
