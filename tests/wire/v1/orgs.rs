//! `/api/v1/orgs/` and `/api/v1/orgs/{org_slug}/`.

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::register;
use crate::app::{Caller, TestApp};

pub(super) const ORGS: &str = "/api/v1/orgs/";

/// The response for an organization that does not exist or that the caller does not belong to.
pub(super) const UNKNOWN: &str = "404 Not Found\n{\"detail\":\"Organization not found\"}";
/// The response for a member whose role does not permit the operation.
pub(super) const FORBIDDEN: &str =
    "403 Forbidden\n{\"detail\":\"You do not have permission to perform this action.\"}";

/// Creates the organization `Acme`, whose slug is `acme`.
pub(super) async fn acme(owner: &Caller<'_>) {
    let response = owner.post(ORGS, json!({ "name": "Acme" })).await;
    assert_eq!(response.text_at("/slug"), "acme");
}

#[actix_web::test]
async fn every_account_has_a_personal_organization_whatever_the_surface() {
    let app = TestApp::spawn().await;
    let access = register(&app, "jane.doe@ex.com").await.text_at("/access");
    let listed = super::send_with_token(&app, &access, "GET", ORGS, Value::Null).await;
    assert_eq!(
        listed.text(),
        r#"{"items":[{"slug":"janedoe","name":"jane.doe","type":"personal","role":"owner","created_at":"2026-01-01T12:00:00.000000+00:00"}],"count":1}"#
    );

    let password = TestApp::PASSWORD;
    let registrations = [
        (
            "/auth/users/",
            json!({ "username": "one", "email": "1@ex.com", "password": password, "re_password": password }),
        ),
        (
            "/api/users/register/",
            json!({ "email": "two@ex.com", "password": password, "confirm_password": password }),
        ),
        (
            "/api/auth/register/",
            json!({ "email": "3@ex.com", "username": "three", "password": password }),
        ),
    ];
    let expected = [("1@ex.com", "one"), ("two@ex.com", "two"), ("3@ex.com", "three")];
    for ((path, body), (email, _)) in registrations.into_iter().zip(expected) {
        let response = app.anonymous().post(path, body).await;
        assert_eq!(response.status, 201, "{email}: {response}");
        let logged_in = super::log_in(&app, email, password).await;
        let access = logged_in.text_at("/access");
        let me =
            super::send_with_token(&app, &access, "GET", "/api/v1/users/me", Value::Null).await;
        let own = super::send_with_token(&app, &access, "GET", ORGS, Value::Null).await;
        assert_eq!(own.json()["count"], 1);
        assert_eq!(own.text_at("/items/0/slug"), me.text_at("/org_slug"));
        assert_eq!(own.text_at("/items/0/name"), me.text_at("/username"));
    }
}

#[actix_web::test]
async fn creates_shows_renames_and_deletes_a_group() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;

    let founded = jane.post(ORGS, json!({ "name": "  Acme Inc. " })).await;
    assert_eq!(founded.status, 201);
    assert_eq!(
        founded.text(),
        r#"{"slug":"acme-inc","name":"Acme Inc.","type":"group","role":"owner","created_at":"2026-01-01T12:00:00.000000+00:00"}"#
    );
    for path in ["/api/v1/orgs/acme-inc/", "/api/v1/orgs/acme-inc"] {
        assert_eq!(jane.get(path).await.text(), founded.text());
    }
    let path = "/api/v1/orgs/acme-inc/";
    assert_snapshot!(jane.patch(path, json!({ "name": "Ümläut & Söhne" })).await, @r#"
    200 OK
    {"created_at":"[time]","name":"Ümläut & Söhne","role":"owner","slug":"acme-inc","type":"group"}
    "#);
    assert_eq!(jane.get(path).await.text_at("/name"), "Ümläut & Söhne");
    assert_eq!(jane.delete(path, ()).await.to_string(), "204 No Content");
    assert_eq!(jane.get(path).await.to_string(), UNKNOWN);
    assert_eq!(jane.delete(path, ()).await.to_string(), UNKNOWN);
    assert_eq!(jane.get(ORGS).await.json()["count"], 1);
}

#[actix_web::test]
async fn lists_in_pages_oldest_first() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for name in ["A", "B", "C"] {
        assert_eq!(jane.post(ORGS, json!({ "name": name })).await.status, 201);
    }
    let slugs = async |query: &str| {
        let response = jane.get(&format!("{ORGS}{query}")).await.json();
        assert_eq!(response["count"], 4);
        let items = response["items"].as_array().cloned().unwrap_or_default();
        let slugs: Vec<String> =
            items.iter().map(|item| item["slug"].as_str().unwrap_or_default().to_owned()).collect();
        slugs.join(" ")
    };
    assert_eq!(slugs("").await, "jane a b c");
    assert_eq!(slugs("?limit=2").await, "jane a");
    assert_eq!(slugs("?limit=2&offset=3").await, "c");
    assert_eq!(slugs("?offset=4").await, "");
    assert_eq!(slugs("?limit=99999999999999999999&offset=%2B1").await, "a b c");
    assert_eq!(slugs("?offset=99999999999999999999").await, "");
    assert_eq!(slugs("?limit=9&limit=1").await, "jane");
}

#[actix_web::test]
async fn rejects_invalid_pagination() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    acme(&jane).await;
    for path in [ORGS, "/api/v1/orgs/acme/members/"] {
        let response = jane.get(&format!("{path}?limit=abc&offset=-1")).await;
        assert_eq!(
            response.text(),
            r#"{"detail":"Input should be a valid integer, unable to parse string as an integer; Input should be greater than or equal to 0","errors":[{"location":["query","limit"],"message":"Input should be a valid integer, unable to parse string as an integer","type":"int_parsing"},{"location":["query","offset"],"message":"Input should be greater than or equal to 0","type":"greater_than_equal"}]}"#
        );
        for query in ["limit=0", "limit=-1", "limit=", "limit=1e3", "offset=0x1", "offset=-9"] {
            let response = jane.get(&format!("{path}?{query}")).await;
            assert_eq!(response.status, 400, "{query}");
        }
        assert_eq!(jane.get(&format!("{path}?limit=1000&offset=-0")).await.status, 200);
    }
}

#[actix_web::test]
async fn rejects_invalid_names() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    acme(&jane).await;
    let longest = "é".repeat(255);
    let too_long = json!({ "name": "é".repeat(256) }).to_string();
    let cases = [
        (r#"{}"#, "Field required"),
        (r#"{"name":null}"#, "Input should be a valid string"),
        (r#"{"name":5}"#, "Input should be a valid string"),
        (r#"{"name":"\ud83d"}"#, "Input should be a valid string"),
        (r#"{"name":""}"#, "String should have at least 1 character"),
        (r#"{"name":" \t "}"#, "String should have at least 1 character"),
        (r#"{"name":"a\u0000b"}"#, "Value error, Null characters are not allowed."),
        (&too_long, "String should have at most 255 characters"),
        ("[]", "Field required"),
        ("{", "Cannot parse request body"),
    ];
    for (method, path) in [("POST", ORGS), ("PATCH", "/api/v1/orgs/acme/")] {
        for (body, expected) in cases {
            let response = jane.send_json(method, path, body).await;
            assert_eq!(response.status, 400, "{method} {body}");
            assert_eq!(response.text_at("/detail"), expected, "{method} {body}");
        }
        let response = jane.send_json(method, path, json!({ "name": longest })).await;
        assert_eq!(response.text_at("/name"), longest);
    }
    assert_eq!(jane.get(ORGS).await.json()["count"], 3);
}

#[actix_web::test]
async fn slugs_are_derived_from_names_and_unique() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let mut slugs = Vec::new();
    for name in ["Jane", "jane!", "日本", "!!!", &"x".repeat(60), &"x".repeat(60)] {
        let response = jane.post(ORGS, json!({ "name": name })).await;
        slugs.push(response.text_at("/slug"));
    }
    let (full, cut) = ("x".repeat(50), format!("{}-1", "x".repeat(48)));
    assert_eq!(slugs, ["jane-1", "jane-2", "organization", "organization-1", &full, &cut]);
    // A personal organization created later avoids the slug of a group, too.
    let late = app.user("organization").await;
    let me = late.get("/api/v1/users/me").await;
    assert_eq!(me.text_at("/org_slug"), "organization-2");
}

#[actix_web::test]
async fn twenty_organizations_with_one_name_get_distinct_slugs() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let requests = (0..20).map(|_| jane.post(ORGS, json!({ "name": "Acme" })));
    let responses = join_all(requests).await;
    let mut slugs: Vec<String> =
        responses.iter().map(|response| response.text_at("/slug")).collect();
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 20);
    assert_eq!(jane.get(ORGS).await.json()["count"], 21);
}

#[actix_web::test]
async fn a_personal_organization_can_be_renamed_but_not_deleted() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let path = "/api/v1/orgs/jane/";
    assert_snapshot!(jane.delete(path, ()).await, @r#"
    409 Conflict
    {"detail":"A personal organization takes no members and cannot be deleted."}
    "#);
    let renamed = jane.patch(path, json!({ "name": "Jane's" })).await;
    assert_eq!(renamed.text_at("/slug"), "jane");
    assert_eq!(jane.get("/api/v1/users/me").await.text_at("/org_name"), "Jane's");
    let body = json!({ "username": "jane_roe" });
    let changed = jane.patch("/api/v1/users/username", body).await;
    assert_eq!(changed.text_at("/org_name"), "jane_roe");
    assert_eq!(jane.get(path).await.to_string(), UNKNOWN);
    assert_eq!(jane.get("/api/v1/orgs/jane_roe/").await.status, 200);
}

#[actix_web::test]
async fn foreign_organizations_do_not_exist_for_the_caller() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    acme(&jane).await;
    let role = json!({ "role": "admin" });
    for org in ["acme", "jane", "nowhere", "%00", "ACME", "a%2Fb"] {
        let path = format!("{ORGS}{org}/");
        let members = format!("{path}members/");
        let responses = [
            bob.get(&path).await,
            bob.patch(&path, json!({ "name": "X" })).await,
            bob.delete(&path, ()).await,
            bob.get(&members).await,
            bob.post(&members, json!({ "username": "bob" })).await,
            bob.post(&members, json!({ "username": "unknown" })).await,
            bob.patch(&format!("{members}jane/"), role.clone()).await,
            bob.patch(&format!("{members}unknown/"), role.clone()).await,
            bob.delete(&format!("{members}jane/"), ()).await,
            bob.delete(&format!("{members}bob/"), ()).await,
        ];
        for (n, response) in responses.iter().enumerate() {
            assert_eq!(response.to_string(), UNKNOWN, "{org}, {n}");
        }
        // The body is validated before the membership.
        assert_eq!(bob.patch(&path, json!({})).await.status, 400);
        assert_eq!(bob.post(&members, json!({})).await.status, 400);
    }
    assert_eq!(jane.get("/api/v1/orgs/acme/").await.text_at("/name"), "Acme");
}

#[actix_web::test]
async fn superusers_have_no_access_to_foreign_organizations() {
    let app = TestApp::spawn().await;
    let (jane, admin) = (app.user("jane").await, app.admin().await);
    acme(&jane).await;
    assert_eq!(admin.get("/api/v1/orgs/acme/").await.to_string(), UNKNOWN);
    assert_eq!(admin.get("/api/v1/orgs/jane/").await.to_string(), UNKNOWN);
}

#[actix_web::test]
async fn every_operation_requires_a_valid_token() {
    let app = TestApp::spawn().await;
    let (jane, gone) = (app.user("jane").await, app.user("gone").await);
    acme(&jane).await;
    let deleted = gone.delete("/api/v1/auth/delete", ()).await;
    assert_eq!(deleted.status, 200);
    let operations = [
        ("GET", "/api/v1/orgs/"),
        ("POST", "/api/v1/orgs/"),
        ("GET", "/api/v1/orgs/acme/"),
        ("PATCH", "/api/v1/orgs/acme/"),
        ("DELETE", "/api/v1/orgs/acme/"),
        ("GET", "/api/v1/orgs/acme/members/"),
        ("POST", "/api/v1/orgs/acme/members/"),
        ("PATCH", "/api/v1/orgs/acme/members/jane/"),
        ("DELETE", "/api/v1/orgs/acme/members/jane/"),
    ];
    let refresh = jane.refresh().to_owned();
    for (method, path) in operations {
        let response = app.anonymous().send_json(method, path, "{").await;
        let expected = "401 Unauthorized\n{\"detail\":\"Unauthorized\"}";
        assert_eq!(response.to_string(), expected, "{method} {path}");
        let response = gone.send_json(method, path, "{").await;
        let expected =
            "401 Unauthorized\n{\"code\":\"authentication_failed\",\"detail\":\"User not found\"}";
        assert_eq!(response.to_string(), expected, "{method} {path}");
        let response = super::send_with_token(&app, &refresh, method, path, Value::Null).await;
        assert_eq!(response.text_at("/messages/0/message"), "Token has wrong type");
    }
    let put = jane.put("/api/v1/orgs/acme/", ()).await;
    assert_eq!(put.status, 405);
    assert_eq!(jane.head(ORGS).await.status, 200);
}
