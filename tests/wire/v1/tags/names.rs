//! Request bodies that assign and remove tags.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{JANE, NO_ORGANIZATION, assert_tags, contact};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn accepts_a_list_or_an_object_with_the_list() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    assert_tags(&alice.post(JANE, json!(["a", " B "])).await, &["a", "B"]);
    assert_tags(&alice.post(JANE, json!({ "tags": ["c"], "other": 1 })).await, &["c"]);
    let request = Request::new("POST", JANE).header("Content-Type", "text/plain").body(r#"["d"]"#);
    assert_tags(&alice.send(request).await, &["d"]);
    for nothing in [json!([]), json!({ "tags": [] })] {
        assert_eq!(alice.post(JANE, nothing).await.to_string(), "200 OK\n[]");
    }
    let fifty: Vec<String> = (0..50).map(|n| format!("t{n}")).collect();
    let response = alice.post(JANE, json!(fifty)).await;
    assert_eq!(response.json().as_array().map(Vec::len), Some(50));
}

#[actix_web::test]
async fn names_every_invalid_name_at_once() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let body = json!(["ok", 5, null, ["x"], {}, "", "!", "x".repeat(51), true, "a\0b"]);
    assert_snapshot!(alice.post(JANE, body).await, @r#"
    400 Bad Request
    {"detail":"Input should be a valid string; Input should be a valid string; Input should be a valid string; Input should be a valid string; String should have at least 1 character; Tag names must contain at least one letter or number.; String should have at most 50 characters; Input should be a valid string; Value error, Null characters are not allowed.","errors":[{"location":["body","data","1"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","2"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","3"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","4"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","5"],"message":"String should have at least 1 character","type":"string_too_short"},{"location":["body","data","6"],"message":"Tag names must contain at least one letter or number.","type":"value_error"},{"location":["body","data","7"],"message":"String should have at most 50 characters","type":"string_too_long"},{"location":["body","data","8"],"message":"Input should be a valid string","type":"string_type"},{"location":["body","data","9"],"message":"Value error, Null characters are not allowed.","type":"value_error"}]}
    "#);
    assert_tags(&alice.get(super::ALICE).await, &[]);
    let half = alice.post(JANE, r#"["\ud800"]"#).await;
    assert_eq!(half.text_at("/detail"), "Input should be a valid string");
}

#[actix_web::test]
async fn rejects_bodies_that_are_not_lists() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let error = |message: &str, kind: &str, place: Value| {
        let error = json!({ "location": place, "message": message, "type": kind });
        (400, json!({ "detail": message, "errors": [error] }))
    };
    let no_list = |place| error("Input should be a valid list", "list_type", place);
    let missing = |place| error("Field required", "missing", place);
    let too_many = |given: usize| {
        let message = format!("List should have at most 50 items after validation, not {given}");
        error(&message, "too_long", json!(["body", "data"]))
    };
    let unreadable = (400, json!({ "detail": "Cannot parse request body" }));
    let nested = "[".repeat(32_000) + &"]".repeat(32_000);
    let nested_name =
        error("Input should be a valid string", "string_type", json!(["body", "data", "0"]));
    let many = json!(vec!["x"; 51]).to_string();
    let most = json!(vec![1; 30_000]).to_string();
    let cases = [
        ("", missing(json!(["body", "data"]))),
        ("{}", missing(json!(["body", "data", "tags"]))),
        (r#"{"names":["a"]}"#, missing(json!(["body", "data", "tags"]))),
        (r#"{"tags":null}"#, no_list(json!(["body", "data", "tags"]))),
        (r#"{"tags":"a"}"#, no_list(json!(["body", "data", "tags"]))),
        (r#"{"tags":{}}"#, no_list(json!(["body", "data", "tags"]))),
        ("null", no_list(json!(["body", "data"]))),
        ("5", no_list(json!(["body", "data"]))),
        (r#""vip""#, no_list(json!(["body", "data"]))),
        (&many, too_many(51)),
        (&most, too_many(30_000)),
        (&nested, nested_name),
        ("[", unreadable.clone()),
        (r#"["a",]"#, unreadable.clone()),
        ("tags=a", unreadable),
    ];
    for (body, (status, expected)) in cases {
        let request = Request::new("POST", JANE).body(body);
        let response = alice.send(request).await;
        let start: String = body.chars().take(40).collect();
        assert_eq!((response.status.as_u16(), response.json()), (status, expected), "{start}");
    }
    let large = json!(["x".repeat(70_000)]).to_string();
    assert_eq!(alice.post(JANE, &*large).await.status, 413);
}

#[actix_web::test]
async fn the_body_is_validated_before_the_organization_is_looked_up() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let nowhere = "/api/v1/orgs/nowhere/tags/contacts/contact/jane-roe/";
    assert_eq!(alice.post(nowhere, json!([5])).await.status, 400);
    assert_eq!(alice.delete(nowhere, json!(["x"])).await.status, 400);
    assert_eq!(alice.post(nowhere, json!(["x"])).await.to_string(), NO_ORGANIZATION);
    assert_eq!(alice.delete(nowhere, json!([1])).await.to_string(), NO_ORGANIZATION);
    assert_eq!(app.anonymous().post(nowhere, json!([5])).await.status, 401);
}

#[actix_web::test]
async fn ids_of_tags_are_parsed_as_in_python() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    contact(&app, &alice, "Jane Roe").await;
    let removed = |n: usize| format!("200 OK\n{{\"removed_count\":{n}}}");
    for form in ["1", "\"1\"", "1.0", "true"] {
        let tags = alice.post(JANE, json!(["vip"])).await;
        assert_eq!(tags.json()[0]["id"], 1);
        let response = alice.delete(JANE, &*format!("[{form}, {form}, 99]")).await;
        assert_eq!(response.to_string(), removed(1), "{form}");
    }
    for nothing in ["[]", r#"{"ids":[]}"#, "[0, -1, 99999999999999999999999]"] {
        assert_eq!(alice.delete(JANE, nothing).await.to_string(), removed(0), "{nothing}");
    }
    assert_snapshot!(alice.delete(JANE, r#"[1, "one", 1.5, null]"#).await, @r#"
    400 Bad Request
    {"detail":"Input should be a valid integer, unable to parse string as an integer; Input should be a valid integer, got a number with a fractional part; Input should be a valid integer","errors":[{"location":["body","data","1"],"message":"Input should be a valid integer, unable to parse string as an integer","type":"int_parsing"},{"location":["body","data","2"],"message":"Input should be a valid integer, got a number with a fractional part","type":"int_from_float"},{"location":["body","data","3"],"message":"Input should be a valid integer","type":"int_type"}]}
    "#);
    assert_eq!(alice.delete(JANE, ()).await.text_at("/detail"), "Field required");
    let most = json!(vec![1; 100]);
    assert_eq!(alice.delete(JANE, most).await.to_string(), removed(0));
    let many = alice.delete(JANE, json!(vec![1; 101])).await;
    assert_eq!(
        many.text_at("/detail"),
        "List should have at most 100 items after validation, not 101"
    );
}
