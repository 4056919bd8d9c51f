//! Reading entries: visibility and caching.

use serde_json::json;

use super::{BLOG, COLLECTIONS, SERVICES, WITH_DRAFTS};
use crate::app::{Caller, Request, Response, TestApp};

async fn get_knowing(caller: &Caller<'_>, path: &str, tag: &str) -> Response {
    let request = Request::new("GET", path).header("If-None-Match", tag);
    caller.send(request).await
}

#[actix_web::test]
async fn published_entries_are_public() {
    let app = TestApp::spawn().await;
    let (admin, user) = (app.admin().await, app.user("user").await);

    for (path, _) in COLLECTIONS {
        assert_eq!(app.anonymous().get(path).await.json(), json!([]));
        let body = json!({ "title": "Web", "slug": "web", "description": "d" });
        let made = admin.post(path, body).await.json();
        for caller in [&app.anonymous(), &user, &admin] {
            let expected =
                [(path.to_owned(), json!([made])), (format!("{path}web/"), made.clone())];
            for (path, expected) in expected {
                for path in [&*path, path.trim_end_matches('/')] {
                    let response = caller.get(path).await;
                    assert_eq!(response.status, 200, "{response}");
                    assert_eq!(response.json(), expected);
                }
            }
        }
    }
}

#[actix_web::test]
async fn an_invalid_token_is_rejected_on_public_reads() {
    let app = TestApp::spawn().await;
    for (path, _) in COLLECTIONS {
        for path in [path.to_owned(), format!("{path}web/")] {
            let request = Request::new("GET", &path).header("Authorization", "Bearer garbage");
            let response = app.send(request).await;
            assert_eq!(response.status, 401, "{response}");
            assert_eq!(response.json()["code"], "token_not_valid");
            assert_eq!(response.header("Cache-Control").as_deref(), Some("no-store"));
        }
    }
}

#[actix_web::test]
async fn only_admins_see_drafts() {
    let app = TestApp::spawn().await;
    let (admin, user) = (app.admin().await, app.user("user").await);

    for path in WITH_DRAFTS {
        let draft = format!("{path}draft/");
        admin.post(path, json!({ "title": "Draft", "is_published": false })).await;
        admin.post(path, json!({ "title": "Open" })).await;

        for caller in [&app.anonymous(), &user] {
            let response = caller.get(&draft).await;
            assert_eq!(response.to_string(), "404 Not Found\n{\"detail\":\"Not found.\"}");
            // Indistinguishable from an unknown entry.
            assert_eq!(response.body, caller.get(&format!("{path}never/")).await.body);
            assert_eq!(response.header("ETag"), None);
            let list = caller.get(path).await.json();
            assert_eq!(list.as_array().map(Vec::len), Some(1));
            assert_eq!(list[0]["slug"], "open");
        }
        assert_eq!(admin.get(&draft).await.json()["is_published"], false);
        assert_eq!(admin.get(path).await.json().as_array().map(Vec::len), Some(2));

        admin.patch(&draft, json!({ "is_published": true })).await;
        assert_eq!(user.get(&draft).await.status, 200);
        assert_eq!(app.anonymous().get(&draft).await.status, 200);
    }
}

#[actix_web::test]
async fn a_draft_reserves_its_slug() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    admin.post(BLOG, json!({ "title": "One", "is_published": false })).await;
    let second = admin.post(BLOG, json!({ "title": "One" })).await;
    assert_eq!(second.json()["slug"], "one-1");
}

#[actix_web::test]
async fn an_unchanged_entry_is_not_sent_again() {
    let app = TestApp::spawn().await;
    let (admin, anonymous) = (app.admin().await, app.anonymous());

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Web" })).await;
        for path in [path.to_owned(), format!("{path}web/"), format!("{path}?limit=5")] {
            let first = anonymous.get(&path).await;
            let tag = first.header("ETag").expect("a tag");
            assert_eq!(first.header("Cache-Control").as_deref(), Some("public, max-age=60"));
            let vary = first.header("Vary").unwrap_or_default();
            for name in ["Accept", "Authorization", "Accept-Encoding"] {
                assert!(vary.split(", ").any(|varies| varies == name), "{vary}");
            }

            let strong = tag.trim_start_matches("W/");
            for known in [&tag, strong, "*", &format!("\"other\", {tag}")] {
                let again = get_knowing(&anonymous, &path, known).await;
                assert_eq!(again.to_string(), "304 Not Modified", "{known}");
                for name in ["ETag", "Cache-Control", "Vary"] {
                    assert_eq!(again.header(name), first.header(name), "{name}");
                }
                assert_eq!(again.header("Content-Type"), None);
            }
            let head = Request::new("HEAD", &path).header("If-None-Match", &tag);
            assert_eq!(anonymous.send(head).await.status, 304);
            let head = anonymous.head(&path).await;
            assert_eq!((head.status.as_u16(), head.header("ETag")), (200, Some(tag.clone())));
            assert_eq!(get_knowing(&anonymous, &path, "\"other\"").await.body, first.body);
        }
    }
}

#[actix_web::test]
async fn a_change_produces_another_entity_tag() {
    let app = TestApp::spawn().await;
    let (admin, anonymous) = (app.admin().await, app.anonymous());

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Web" })).await;
        let entry = format!("{path}web/");
        let list = anonymous.get(path).await.header("ETag").expect("a tag");
        let one = anonymous.get(&entry).await.header("ETag").expect("a tag");

        admin.patch(&entry, json!({ "description": "new" })).await;

        for (path, tag) in [(path, list), (&*entry, one)] {
            let response = get_knowing(&anonymous, path, &tag).await;
            assert_eq!(response.status, 200);
            assert!(response.text().contains("new"));
            assert_ne!(response.header("ETag"), Some(tag));
        }
    }
}

/// The entity tag covers the length of the list: otherwise the client would keep a stale count.
#[actix_web::test]
async fn a_longer_list_has_another_entity_tag() {
    let app = TestApp::spawn().await;
    let (admin, anonymous) = (app.admin().await, app.anonymous());
    admin.post(BLOG, json!({ "title": "One" })).await;
    let first = anonymous.get("/api/blog/?limit=1").await;
    let tag = first.header("ETag").expect("a tag");

    admin.post(BLOG, json!({ "title": "Two" })).await;

    let second = get_knowing(&anonymous, "/api/blog/?limit=1", &tag).await;
    assert_eq!((second.status.as_u16(), &second.body), (200, &first.body));
    assert_eq!(second.header("X-Total-Count").as_deref(), Some("2"));
}

#[actix_web::test]
async fn responses_to_authenticated_callers_are_private() {
    let app = TestApp::spawn().await;
    let (admin, user) = (app.admin().await, app.user("user").await);

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Web" })).await;
        for caller in [&admin, &user] {
            for path in [path.to_owned(), format!("{path}web/")] {
                let response = caller.get(&path).await;
                assert_eq!(response.header("Cache-Control").as_deref(), Some("private, no-cache"));
                let tag = response.header("ETag").expect("a tag");
                let again = get_knowing(caller, &path, &tag).await;
                assert_eq!(again.status, 304);
                assert_eq!(again.header("Cache-Control").as_deref(), Some("private, no-cache"));
            }
        }
    }
}

/// `If-None-Match` applies only to reads: a write ignores it.
#[actix_web::test]
async fn a_write_ignores_entity_tags() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let request = Request::new("POST", SERVICES)
        .header("If-None-Match", "*")
        .json(&json!({ "title": "Web" }));
    assert_eq!(admin.send(request).await.status, 201);
}
