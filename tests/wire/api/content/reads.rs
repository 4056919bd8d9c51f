//! Reading entries: who sees what, and who may keep it.

use serde_json::json;

use super::{BLOG, COLLECTIONS, SERVICES, WITH_DRAFTS};
use crate::app::{Answer, Caller, Request, TestApp};

async fn get_knowing(caller: &Caller<'_>, path: &str, tag: &str) -> Answer {
    let request = Request::new("GET", path).header("If-None-Match", tag);
    caller.send(request).await
}

#[actix_web::test]
async fn anybody_reads_what_is_published() {
    let app = TestApp::spawn().await;
    let (admin, user) = (app.admin().await, app.user("user").await);

    for (path, _) in COLLECTIONS {
        assert_eq!(app.anonymous().get(path).await.json(), json!([]));
        let body = json!({ "title": "Web", "slug": "web", "description": "d" });
        let made = admin.post(path, body).await.json();
        for caller in [&app.anonymous(), &user, &admin] {
            let expected = [
                (path.to_owned(), json!([made])),
                (format!("{path}web/"), made.clone()),
            ];
            for (path, expected) in expected {
                for path in [&*path, path.trim_end_matches('/')] {
                    let answer = caller.get(path).await;
                    assert_eq!(answer.status, 200, "{answer}");
                    assert_eq!(answer.json(), expected);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_bad_token_is_refused_even_here() {
    let app = TestApp::spawn().await;
    for (path, _) in COLLECTIONS {
        for path in [path.to_owned(), format!("{path}web/")] {
            let request = Request::new("GET", &path).header("Authorization", "Bearer garbage");
            let answer = app.send(request).await;
            assert_eq!(answer.status, 401, "{answer}");
            assert_eq!(answer.json()["code"], "token_not_valid");
            assert_eq!(answer.header("Cache-Control").as_deref(), Some("no-store"));
        }
    }
}

#[actix_web::test]
async fn only_admins_see_drafts() {
    let app = TestApp::spawn().await;
    let (admin, user) = (app.admin().await, app.user("user").await);

    for path in WITH_DRAFTS {
        let draft = format!("{path}draft/");
        admin
            .post(path, json!({ "title": "Draft", "is_published": false }))
            .await;
        admin.post(path, json!({ "title": "Open" })).await;

        for caller in [&app.anonymous(), &user] {
            let answer = caller.get(&draft).await;
            assert_eq!(
                answer.to_string(),
                "404 Not Found\n{\"detail\":\"Not found.\"}"
            );
            // As one that never was.
            assert_eq!(answer.body, caller.get(&format!("{path}never/")).await.body);
            assert_eq!(answer.header("ETag"), None);
            let list = caller.get(path).await.json();
            assert_eq!(list.as_array().map(Vec::len), Some(1));
            assert_eq!(list[0]["slug"], "open");
        }
        assert_eq!(admin.get(&draft).await.json()["is_published"], false);
        assert_eq!(
            admin.get(path).await.json().as_array().map(Vec::len),
            Some(2)
        );

        admin.patch(&draft, json!({ "is_published": true })).await;
        assert_eq!(user.get(&draft).await.status, 200);
        assert_eq!(app.anonymous().get(&draft).await.status, 200);
    }
}

#[actix_web::test]
async fn a_draft_keeps_its_slug_from_others() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    admin
        .post(BLOG, json!({ "title": "One", "is_published": false }))
        .await;
    let second = admin.post(BLOG, json!({ "title": "One" })).await;
    assert_eq!(second.json()["slug"], "one-1");
}

#[actix_web::test]
async fn what_the_client_has_is_not_sent_again() {
    let app = TestApp::spawn().await;
    let (admin, nobody) = (app.admin().await, app.anonymous());

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Web" })).await;
        for path in [
            path.to_owned(),
            format!("{path}web/"),
            format!("{path}?limit=5"),
        ] {
            let first = nobody.get(&path).await;
            let tag = first.header("ETag").expect("a tag");
            assert_eq!(
                first.header("Cache-Control").as_deref(),
                Some("public, max-age=60")
            );
            let vary = first.header("Vary").unwrap_or_default();
            for name in ["Accept", "Authorization", "Accept-Encoding"] {
                assert!(vary.split(", ").any(|varies| varies == name), "{vary}");
            }

            let strong = tag.trim_start_matches("W/");
            for known in [&tag, strong, "*", &format!("\"other\", {tag}")] {
                let again = get_knowing(&nobody, &path, known).await;
                assert_eq!(again.to_string(), "304 Not Modified", "{known}");
                for name in ["ETag", "Cache-Control", "Vary"] {
                    assert_eq!(again.header(name), first.header(name), "{name}");
                }
                assert_eq!(again.header("Content-Type"), None);
            }
            let head = Request::new("HEAD", &path).header("If-None-Match", &tag);
            assert_eq!(nobody.send(head).await.status, 304);
            let head = nobody.head(&path).await;
            assert_eq!(
                (head.status.as_u16(), head.header("ETag")),
                (200, Some(tag.clone()))
            );
            assert_eq!(
                get_knowing(&nobody, &path, "\"other\"").await.body,
                first.body
            );
        }
    }
}

#[actix_web::test]
async fn a_change_makes_another_tag() {
    let app = TestApp::spawn().await;
    let (admin, nobody) = (app.admin().await, app.anonymous());

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Web" })).await;
        let entry = format!("{path}web/");
        let list = nobody.get(path).await.header("ETag").expect("a tag");
        let one = nobody.get(&entry).await.header("ETag").expect("a tag");

        admin.patch(&entry, json!({ "description": "new" })).await;

        for (path, tag) in [(path, list), (&*entry, one)] {
            let answer = get_knowing(&nobody, path, &tag).await;
            assert_eq!(answer.status, 200);
            assert!(answer.text().contains("new"));
            assert_ne!(answer.header("ETag"), Some(tag));
        }
    }
}

/// A page's tag stands for the length of the list, too: or the client would go on believing the old one.
#[actix_web::test]
async fn a_longer_list_makes_another_tag() {
    let app = TestApp::spawn().await;
    let (admin, nobody) = (app.admin().await, app.anonymous());
    admin.post(BLOG, json!({ "title": "One" })).await;
    let first = nobody.get("/api/blog/?limit=1").await;
    let tag = first.header("ETag").expect("a tag");

    admin.post(BLOG, json!({ "title": "Two" })).await;

    let second = get_knowing(&nobody, "/api/blog/?limit=1", &tag).await;
    assert_eq!((second.status.as_u16(), &second.body), (200, &first.body));
    assert_eq!(second.header("X-Total-Count").as_deref(), Some("2"));
}

#[actix_web::test]
async fn an_answer_to_somebody_is_nobody_elses() {
    let app = TestApp::spawn().await;
    let (admin, user) = (app.admin().await, app.user("user").await);

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Web" })).await;
        for caller in [&admin, &user] {
            for path in [path.to_owned(), format!("{path}web/")] {
                let answer = caller.get(&path).await;
                assert_eq!(
                    answer.header("Cache-Control").as_deref(),
                    Some("private, no-cache")
                );
                let tag = answer.header("ETag").expect("a tag");
                let again = get_knowing(caller, &path, &tag).await;
                assert_eq!(again.status, 304);
                assert_eq!(
                    again.header("Cache-Control").as_deref(),
                    Some("private, no-cache")
                );
            }
        }
    }
}

/// `If-None-Match` is for reading: a write is done whatever it says.
#[actix_web::test]
async fn a_write_does_not_look_at_tags() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let request = Request::new("POST", SERVICES)
        .header("If-None-Match", "*")
        .json(&json!({ "title": "Web" }));
    assert_eq!(admin.send(request).await.status, 201);
}
