//! The tags of an organization.

use insta::assert_snapshot;
use serde_json::json;

use super::{ALICE, NOT_FOUND, TAKEN, assert_tags, tag};
use crate::app::TestApp;

#[actix_web::test]
async fn creates_a_tag() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;

    let derived = alice.post(ALICE, json!({ "name": " News Letter " })).await;
    let given =
        alice.post(ALICE, json!({ "name": "VIP", "slug": "Very Important", "other": 1 })).await;

    assert_eq!(
        derived.text(),
        r#"{"id":1,"name":"News Letter","slug":"news-letter","organization":"alice"}"#
    );
    assert_eq!(
        given.text(),
        r#"{"id":2,"name":"VIP","slug":"very-important","organization":"alice"}"#
    );
    assert_eq!((derived.status.as_u16(), given.status.as_u16()), (200, 200));
    for (n, nothing) in [json!(null), json!(""), json!("  ")].into_iter().enumerate() {
        let response = alice.post(ALICE, json!({ "name": format!("n{n}"), "slug": nothing })).await;
        assert_eq!(response.text_at("/slug"), format!("n{n}"));
    }
}

#[actix_web::test]
async fn names_each_error_of_a_tag() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let error = |message: &str, kind: &str, field: &str| {
        format!(
            "400 Bad Request\n{{\"detail\":\"{message}\",\"errors\":[{{\"location\":[\"body\",\"data\",\"{field}\"],\
             \"message\":\"{message}\",\"type\":\"{kind}\"}}]}}"
        )
    };
    let no_text = |field| error("Input should be a valid string", "string_type", field);
    let too_long =
        |field| error("String should have at most 50 characters", "string_too_long", field);
    let no_slug = |field| {
        error("Tag names must contain at least one letter or number.", "value_error", field)
    };
    let blank = error("String should have at least 1 character", "string_too_short", "name");
    let missing = error("Field required", "missing", "name");
    let nul = error("Value error, Null characters are not allowed.", "value_error", "name");
    let cases = [
        (json!({}), missing.clone()),
        (json!([]), missing),
        (json!({ "name": null }), no_text("name")),
        (json!({ "name": 5 }), no_text("name")),
        (json!({ "name": ["vip"] }), no_text("name")),
        (json!({ "name": "" }), blank.clone()),
        (json!({ "name": " \t " }), blank),
        (json!({ "name": "x".repeat(51) }), too_long("name")),
        (json!({ "name": "日本" }), no_slug("name")),
        (json!({ "name": "-_-" }), no_slug("name")),
        (json!({ "name": "a\0b" }), nul),
        (json!({ "name": "vip", "slug": 5 }), no_text("slug")),
        (json!({ "name": "vip", "slug": "x".repeat(51) }), too_long("slug")),
        (json!({ "name": "vip", "slug": "!!!" }), no_slug("slug")),
    ];
    for (body, expected) in cases {
        assert_eq!(alice.post(ALICE, body.clone()).await.to_string(), expected, "{body}");
    }
    let malformed = alice.post(ALICE, "name=vip").await;
    assert_eq!(
        malformed.to_string(),
        "400 Bad Request\n{\"detail\":\"Cannot parse request body\"}"
    );
    assert_snapshot!(alice.post(ALICE, ()).await, @r#"
    400 Bad Request
    {"detail":"Field required","errors":[{"location":["body","data"],"message":"Field required","type":"missing"}]}
    "#);
    assert_tags(&alice.get(ALICE).await, &[]);
    let longest = alice.post(ALICE, json!({ "name": format!(" {} ", "é".repeat(50)) })).await;
    assert_eq!(longest.status, 200, "{longest}");
}

#[actix_web::test]
async fn names_and_slugs_are_unique() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    tag(&alice, ALICE, "News Letter").await;
    let vip = tag(&alice, ALICE, "vip").await;
    let cases = [
        json!({ "name": "News Letter" }),
        json!({ "name": "NEWS LETTER" }),
        json!({ "name": "news-letter" }),
        json!({ "name": "other", "slug": "news letter" }),
    ];
    for body in cases {
        assert_eq!(alice.post(ALICE, body.clone()).await.to_string(), TAKEN, "{body}");
    }
    let path = format!("{ALICE}{vip}/");
    for name in ["News Letter", "NEWS letter", "news-letter"] {
        let response = alice.patch(&path, json!({ "name": name })).await;
        assert_eq!(response.to_string(), TAKEN, "{name}");
    }
    // Names are unique per organization.
    let bob = app.user("bob").await;
    tag(&bob, "/api/v1/orgs/bob/tags/", "News Letter").await;
}

#[actix_web::test]
async fn renames_a_tag() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let id = tag(&alice, ALICE, "vip").await;
    let path = format!("{ALICE}{id}/");

    let renamed = alice.patch(&path, json!({ "name": " Very Important " })).await;
    let expected = format!(
        r#"{{"id":{id},"name":"Very Important","slug":"very-important","organization":"alice"}}"#
    );
    assert_eq!(renamed.text(), expected);
    for nothing in
        [json!({}), json!({ "name": null }), json!({ "name": "" }), json!({ "name": "  " })]
    {
        assert_eq!(alice.patch(&path, nothing).await.text(), expected);
    }
    let respelt = alice.patch(&path, json!({ "name": "VERY important" })).await;
    assert_eq!(respelt.text_at("/name"), "VERY important");

    assert_snapshot!(alice.patch(&path, json!({ "name": 5 })).await, @r#"
    400 Bad Request
    {"detail":"Input should be a valid string","errors":[{"location":["body","data","name"],"message":"Input should be a valid string","type":"string_type"}]}
    "#);
    assert_snapshot!(alice.patch(&path, json!({ "name": "!" })).await, @r#"
    400 Bad Request
    {"detail":"Tag names must contain at least one letter or number.","errors":[{"location":["body","data","name"],"message":"Tag names must contain at least one letter or number.","type":"value_error"}]}
    "#);
    assert_eq!(
        alice.get(&format!("{ALICE}by-slug/very-important/")).await.text_at("/name"),
        "VERY important"
    );
}

#[actix_web::test]
async fn deletes_a_tag() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let id = tag(&alice, ALICE, "vip").await;
    super::contact(&app, &alice, "Jane Roe").await;
    assert_tags(&alice.post(super::JANE, json!(["vip"])).await, &["vip"]);
    let path = format!("{ALICE}{id}/");

    let deleted = alice.delete(&path, ()).await;

    assert_eq!(deleted.to_string(), "200 OK\n{\"detail\":\"deleted\"}");
    assert_eq!(alice.delete(&path, ()).await.to_string(), NOT_FOUND);
    assert_eq!(alice.patch(&path, json!({ "name": "x" })).await.to_string(), NOT_FOUND);
    assert_tags(&alice.get(super::JANE).await, &[]);
}

#[actix_web::test]
async fn rejects_invalid_tag_ids() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let id = tag(&alice, ALICE, "vip").await;
    for odd in ["abc", "1.5", "-", "0x1", "%00", "1%202", "%ff"] {
        for method in ["PATCH", "DELETE"] {
            let response = alice.send_json(method, &format!("{ALICE}{odd}/"), json!({})).await;
            assert_eq!(response.status, 400, "{method} {odd}: {response}");
            assert_eq!(
                response.text_at("/detail"),
                "Input should be a valid integer, unable to parse string as an integer"
            );
            assert_eq!(response.json()["errors"][0]["location"], json!(["path", "tag_id"]));
        }
    }
    for unknown in ["0", "-1", "999", "99999999999999999999999"] {
        let response = alice.delete(&format!("{ALICE}{unknown}/"), ()).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{unknown}");
    }
    // Path and body are validated before the organization is looked up.
    let response = alice.delete("/api/v1/orgs/nowhere/tags/abc/", ()).await;
    assert_eq!(response.status, 400);
    assert_eq!(alice.patch(&format!("{ALICE}+{id}/"), json!({})).await.status, 200);
}

#[actix_web::test]
async fn paginates_and_sorts_the_list() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    for name in ["beta", "Alpha", "gamma"] {
        tag(&alice, ALICE, name).await;
    }
    assert_snapshot!(alice.get(&format!("{ALICE}?limit=1")).await, @r#"
    200 OK
    {"count":3,"items":[{"id":"[id]","name":"beta","organization":"alice","slug":"beta"}]}
    "#);
    for (query, names) in [
        ("", ["beta", "Alpha", "gamma"]),
        ("?ordering=id", ["beta", "Alpha", "gamma"]),
        ("?ordering=-id", ["gamma", "Alpha", "beta"]),
        ("?ordering=name", ["Alpha", "beta", "gamma"]),
        ("?ordering=-name&limit=5000", ["gamma", "beta", "Alpha"]),
    ] {
        assert_tags(&alice.get(&format!("{ALICE}{query}")).await, &names);
    }
    assert_tags(&alice.get(&format!("{ALICE}?limit=2&offset=2")).await, &["gamma"]);
    assert_snapshot!(alice.get(&format!("{ALICE}?offset=9")).await, @r#"
    200 OK
    {"count":3,"items":[]}
    "#);
    for query in ["?ordering=slug", "?ordering=", "?ordering=NAME", "?ordering=%00"] {
        assert_eq!(
            alice.get(&format!("{ALICE}{query}")).await.to_string(),
            "400 Bad Request\n{\"detail\":\"Invalid ordering. Allowed: name, -name, id, -id\"}",
            "{query}"
        );
    }
    for query in ["?limit=0", "?limit=abc", "?offset=-1", "?limit=-1"] {
        let response = alice.get(&format!("{ALICE}{query}")).await;
        assert_eq!(response.status, 400, "{query}");
        assert!(response.json()["errors"][0]["location"][0] == "query", "{response}");
    }
}

#[actix_web::test]
async fn searches_names() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    for name in ["50% off", "500 off", "News Letter", "Étude 1"] {
        tag(&alice, ALICE, name).await;
    }
    tag(&bob, "/api/v1/orgs/bob/tags/", "50% theirs").await;
    let search = format!("{ALICE}search/");
    assert_snapshot!(alice.get(&format!("{search}?q=LETTER")).await, @r#"
    200 OK
    [{"id":"[id]","name":"News Letter","organization":"alice","slug":"news-letter"}]
    "#);
    let cases: [(&str, &[&str]); 6] = [
        ("50%25", &["50% off"]),
        ("OFF", &["50% off", "500 off"]),
        ("%C3%A9tude", &["Étude 1"]),
        ("nothing", &[]),
        ("_", &[]),
        ("&limit=2&offset=1", &["500 off", "News Letter"]),
    ];
    for (q, names) in cases {
        assert_tags(&alice.get(&format!("{search}?q={q}")).await, names);
    }
    let expected = [
        (String::new(), "Field required"),
        ("?q=%00".to_owned(), "Value error, Null characters are not allowed."),
        (format!("?q={}", "x".repeat(201)), "String should have at most 200 characters"),
    ];
    for (query, detail) in expected {
        let response = alice.get(&format!("{search}{query}")).await;
        assert_eq!(
            (response.status.as_u16(), response.text_at("/detail")),
            (400, detail.to_owned())
        );
        assert_eq!(response.json()["errors"][0]["location"], json!(["query", "q"]));
    }
}

#[actix_web::test]
async fn shows_the_tag_with_a_slug() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    tag(&alice, ALICE, "News Letter").await;
    assert_snapshot!(alice.get(&format!("{ALICE}by-slug/news-letter/")).await, @r#"
    200 OK
    {"id":"[id]","name":"News Letter","organization":"alice","slug":"news-letter"}
    "#);
    for unknown in ["other", "NEWS-LETTER", "1", "%00", "%ff", "a%2Fb"] {
        let response = alice.get(&format!("{ALICE}by-slug/{unknown}/")).await;
        assert_eq!(response.to_string(), NOT_FOUND, "{unknown}");
    }
}
