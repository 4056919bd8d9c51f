//! Creating, changing and deleting entries.

use insta::assert_snapshot;
use serde_json::json;

use super::{BLOG, COLLECTIONS, SERVICES, WITH_DRAFTS};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn creates_a_service() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let body = json!({ "title": "Design", "slug": "design", "description": "x" });

    let response = admin.post(SERVICES, body).await;

    assert_snapshot!(response, @r#"
    201 Created
    {"created_at":"[time]","description":"x","id":"[id]","slug":"design","title":"Design","updated_at":"[time]"}
    "#);
    assert_eq!(response.header("Cache-Control").as_deref(), Some("no-store"));
    assert_eq!(response.header("Location"), None);
    assert_eq!(response.header("Allow").as_deref(), Some("GET, POST, HEAD, OPTIONS"));
}

#[actix_web::test]
async fn creates_entries_that_may_be_drafts() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for path in WITH_DRAFTS {
        let response = admin.post(path, json!({ "title": " Hello, World! " })).await;
        assert_eq!(
            response.to_string(),
            "201 Created\n{\"created_at\":\"[time]\",\"description\":\"\",\"id\":\"[id]\",\
             \"is_published\":true,\"slug\":\"hello-world\",\"title\":\"Hello, World!\",\
             \"updated_at\":\"[time]\"}"
        );
        let draft = json!({ "title": "Draft", "is_published": "off" });
        let response = admin.post(path, draft).await;
        assert_eq!(response.json()["is_published"], false, "{response}");
    }
}

#[actix_web::test]
async fn a_service_is_never_a_draft() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let body = json!({ "title": "Web", "is_published": { "no": "boolean" }, "id": 99 });

    let made = admin.post(SERVICES, body.clone()).await;
    assert_eq!(made.status, 201, "{made}");
    assert_eq!(admin.patch("/api/services/web/", body).await.status, 200);

    let seen = app.anonymous().get("/api/services/web/").await;
    assert_eq!(seen.status, 200);
    assert_ne!(seen.json()["id"], 99);
}

#[actix_web::test]
async fn the_slug_comes_from_the_title_and_is_numbered() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, _) in COLLECTIONS {
        let mut slugs = Vec::new();
        for title in ["Über uns", "uber uns", "UBER  UNS!", "日本"] {
            let response = admin.post(path, json!({ "title": title })).await;
            slugs.push(response.text_at("/slug"));
        }
        let fallback = match path {
            SERVICES => "service",
            BLOG => "blog",
            _ => "project",
        };
        assert_eq!(slugs, ["uber-uns", "uber-uns-1", "uber-uns-2", fallback]);
    }
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, name) in COLLECTIONS {
        let first = json!({ "title": "One", "slug": "One_1" });
        assert_eq!(admin.post(path, first).await.status, 201);
        let wrong = json!({ "title": "  ", "slug": "One_1", "description": null });
        let response = admin.post(path, wrong).await;
        let expected = json!({
            "title": ["This field may not be blank."],
            "slug": [format!("{name} with this slug already exists.")],
            "description": ["This field may not be null."],
        });
        assert_eq!((response.status.as_u16(), response.json()), (400, expected));
    }
    let wrong = json!({
        "title": "x".repeat(201),
        "slug": "x".repeat(51) + "!",
        "description": "a\u{0}b",
        "is_published": "perhaps",
    });
    assert_snapshot!(admin.post(BLOG, wrong).await, @r#"
    400 Bad Request
    {"description":["Null characters are not allowed."],"is_published":["Must be a valid boolean."],"slug":["Ensure this field has no more than 50 characters.","Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."],"title":["Ensure this field has no more than 200 characters."]}
    "#);
    assert_snapshot!(admin.post(BLOG, json!({ "is_published": null })).await, @r#"
    400 Bad Request
    {"is_published":["This field may not be null."],"title":["This field is required."]}
    "#);
    assert_snapshot!(admin.post(BLOG, r#"{"title":"\ud800"}"#).await, @r#"
    400 Bad Request
    {"title":["Surrogate characters are not allowed: U+D800."]}
    "#);
}

#[actix_web::test]
async fn another_collection_may_have_the_same_slug() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    for (path, _) in COLLECTIONS {
        let body = json!({ "title": "Same", "slug": "same" });
        assert_eq!(admin.post(path, body).await.status, 201);
    }
}

#[actix_web::test]
async fn replaces_the_sent_fields_and_requires_the_title() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, _) in COLLECTIONS {
        let one = format!("{path}one/");
        let made = json!({ "title": "One", "description": "d" });
        admin.post(path, made).await;

        let response = admin.put(&one, json!({ "title": "Two" })).await;

        assert_eq!(response.status, 200, "{response}");
        let now = response.json();
        // The slug stays when the title changes.
        assert_eq!(
            (&now["title"], &now["slug"], &now["description"]),
            (&json!("Two"), &json!("one"), &json!("d"))
        );
        assert_eq!(
            admin.put(&one, "{}").await.json(),
            json!({ "title": ["This field is required."] })
        );
    }
}

#[actix_web::test]
async fn changes_only_the_sent_fields() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    admin.post(BLOG, json!({ "title": "One", "is_published": false })).await;
    let before = admin.get("/api/blog/one/").await.json();
    app.clock().advance(std::time::Duration::from_secs(60));

    let response = admin.patch("/api/blog/one/", json!({ "description": " new " })).await;

    let mut after = response.json();
    assert_ne!(after["updated_at"], before["updated_at"]);
    after["updated_at"] = before["updated_at"].clone();
    let mut expected = before.clone();
    expected["description"] = json!("new");
    assert_eq!(after, expected);
    assert_eq!(admin.patch("/api/blog/one/", "{}").await.status, 200);
}

#[actix_web::test]
async fn a_slug_changes_only_to_a_free_one() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, name) in COLLECTIONS {
        for title in ["One", "Two"] {
            admin.post(path, json!({ "title": title })).await;
        }
        let two = format!("{path}two/");
        let taken = admin.patch(&two, json!({ "slug": "one" })).await;
        assert_eq!(
            (taken.status.as_u16(), taken.json()),
            (400, json!({ "slug": [format!("{name} with this slug already exists.")] }))
        );
        // The entry's own slug does not count as taken.
        assert_eq!(admin.patch(&two, json!({ "slug": "two" })).await.status, 200);
        let moved = admin.put(&two, json!({ "title": "Two", "slug": "Three" })).await;
        assert_eq!(moved.json()["slug"], "Three");
        assert_eq!(admin.get(&two).await.status, 404);
        assert_eq!(admin.get(&format!("{path}Three/")).await.status, 200);
        // Slugs are compared exactly, including case.
        assert_eq!(admin.get(&format!("{path}three/")).await.status, 404);
    }
}

#[actix_web::test]
async fn deletes_an_entry_once() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "One" })).await;
        let one = format!("{path}one/");
        assert_eq!(admin.delete(&one, ()).await.to_string(), "204 No Content");
        assert_eq!(
            admin.delete(&one, ()).await.to_string(),
            "404 Not Found\n{\"detail\":\"Not found.\"}"
        );
        assert_eq!(app.anonymous().get(path).await.json(), json!([]));
    }
}

/// Authentication precedes authorization, authorization the lookup of the entry, and the lookup the validation of the
/// body. Source: docs/contract/drf.md «Order of checks».
#[actix_web::test]
async fn only_admins_may_write() {
    let app = TestApp::spawn().await;
    let (user, admin, anonymous) = (app.user("user").await, app.admin().await, app.anonymous());

    for (path, _) in COLLECTIONS {
        let (there, gone) = (format!("{path}there/"), format!("{path}gone/"));
        admin.post(path, json!({ "title": "There" })).await;
        let requests = [
            ("POST", path, "{"),
            ("PUT", &*there, "{"),
            ("PUT", &*gone, "{"),
            ("PATCH", &*gone, "{}"),
            ("DELETE", &*there, ""),
            ("DELETE", &*gone, ""),
        ];
        for (method, path, body) in requests {
            let refused = anonymous.send_json(method, path, body).await;
            assert_eq!(refused.status, 401, "{method} {path}: {refused}");
            assert_eq!(
                refused.json(),
                json!({ "detail": "Authentication credentials were not provided." })
            );
            let refused = user.send_json(method, path, body).await;
            assert_eq!(refused.status, 403, "{method} {path}: {refused}");
            assert_eq!(
                refused.json(),
                json!({ "detail": "You do not have permission to perform this action." })
            );
        }
        assert_eq!(admin.put(&gone, "{").await.status, 404);
        assert_eq!(admin.put(&there, "{").await.status, 400);
        assert_eq!(anonymous.get(&there).await.status, 200);
    }
}

#[actix_web::test]
async fn an_unsupported_method_is_rejected_after_the_permission_check() {
    let app = TestApp::spawn().await;
    let (user, admin, anonymous) = (app.user("user").await, app.admin().await, app.anonymous());

    for (path, _) in COLLECTIONS {
        for (caller, status) in [(&anonymous, 401), (&user, 403), (&admin, 405)] {
            let response = caller.patch(path, "{}").await;
            assert_eq!(response.status, status, "{response}");
        }
        let entry = format!("{path}x/");
        let response = admin.post(&entry, "{}").await;
        assert_eq!(response.status, 405);
        assert_eq!(
            response.header("Allow").as_deref(),
            Some("GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
        );
        // OPTIONS counts as a read.
        for path in [path, &entry] {
            assert_eq!(anonymous.options(path).await.status, 200);
        }
    }
}

#[actix_web::test]
async fn a_path_that_is_not_a_slug_is_not_found() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let long = "x".repeat(51);

    for (path, _) in COLLECTIONS {
        for slug in ["%00", "a%20b", "%C3%A4", "a%2Fb", "..%2f", "%F0%9F%98%80", &long] {
            let entry = format!("{path}{slug}/");
            for method in ["GET", "PUT", "PATCH", "DELETE"] {
                let response = admin.send_json(method, &entry, "{}").await;
                assert_eq!(response.status, 404, "{method} {entry}: {response}");
            }
        }
    }
}

#[actix_web::test]
async fn accepts_forms() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let form = "application/x-www-form-urlencoded";

    let response = admin
        .send(
            Request::new("POST", BLOG)
                .header("Content-Type", form)
                .body("title=A+form&is_published=false"),
        )
        .await;
    assert_eq!(response.status, 201, "{response}");
    assert_eq!(response.json()["is_published"], false);

    // An absent boolean keeps its default in forms as in JSON. Source: docs/contract/drf.md «Request bodies».
    let response = admin
        .send(
            Request::new("PATCH", "/api/blog/a-form/")
                .header("Content-Type", form)
                .body("description=d&is_published=yes"),
        )
        .await;
    assert_eq!(response.json()["is_published"], true, "{response}");
    let response = admin
        .send(Request::new("PUT", "/api/blog/a-form/").header("Content-Type", form).body("title=B"))
        .await;
    assert_eq!(response.json()["is_published"], true, "{response}");
}

#[actix_web::test]
async fn a_new_admin_may_write_immediately() {
    let app = TestApp::spawn().await;
    let (admin, alice) = (app.admin().await, app.user("alice").await);
    let id = alice.account().id.get();
    let body = json!({ "title": "By Alice" });
    assert_eq!(alice.post(BLOG, body.clone()).await.status, 403);

    let path = format!("/api/auth/admin/users/{id}/change_role/");
    let response = admin.post(&path, json!({ "role": "admin" })).await;
    assert_eq!(response.status, 200, "{response}");

    assert_eq!(alice.post(BLOG, body.clone()).await.status, 201);
    admin.post(&path, json!({ "role": "user" })).await;
    let refused = alice.post(BLOG, body).await;
    assert_eq!(refused.status, 403);
}
