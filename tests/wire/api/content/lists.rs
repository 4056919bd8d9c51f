//! Lists of entries: pagination, search and ordering.

use serde_json::{Value, json};

use super::{BLOG, COLLECTIONS, SERVICES};
use crate::app::{Caller, Response, TestApp};

async fn make(admin: &Caller<'_>, path: &str, titles: &[&str]) {
    for title in titles {
        let response = admin.post(path, json!({ "title": title })).await;
        assert_eq!(response.status, 201, "{response}");
    }
}

fn titles(response: &Response) -> Vec<String> {
    assert_eq!(response.status, 200, "{response}");
    let list = response.json();
    let entries = list.as_array().expect("a list");
    let title = |entry: &Value| entry["title"].as_str().unwrap_or_default().to_owned();
    entries.iter().map(title).collect()
}

#[actix_web::test]
async fn without_pagination_the_whole_list_is_ordered_by_id() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    for (path, _) in COLLECTIONS {
        make(&admin, path, &["b", "a", "c"]).await;
        let response = app.anonymous().get(path).await;
        assert_eq!(titles(&response), ["b", "a", "c"]);
        assert_eq!(response.header("X-Total-Count"), None);
        assert_eq!(response.header("Link"), None);
    }
}

#[actix_web::test]
async fn a_page_links_to_the_other_pages() {
    let app = TestApp::with(|options| {
        options.public_url = "https://loggia.example/base".parse().expect("an address");
    })
    .await;
    let admin = app.admin().await;
    for (path, _) in COLLECTIONS {
        make(&admin, path, &["a", "b", "c", "d", "e"]).await;
        // Both forms of the path return the same links.
        for variant in [path, path.trim_end_matches('/')] {
            let page = format!("{variant}?search=&ordering=title&limit=2&offset=2");
            let response = app.anonymous().get(&page).await;
            assert_eq!(titles(&response), ["c", "d"]);
            assert_eq!(response.header("X-Total-Count").as_deref(), Some("5"));
            let link = |offset: u32, relation: &str| {
                format!(
                    "<https://loggia.example/base{path}?search=&ordering=title&limit=2&offset={offset}>; \
                     rel=\"{relation}\""
                )
            };
            let expected = [link(0, "first"), link(0, "prev"), link(4, "next"), link(4, "last")];
            assert_eq!(response.header("Link"), Some(expected.join(", ")));
        }
    }
}

#[actix_web::test]
async fn limits_and_offsets_have_bounds() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let anonymous = app.anonymous();
    let empty = anonymous.get("/api/blog/?limit=2").await;
    assert_eq!(titles(&empty), [""; 0]);
    assert_eq!(empty.header("X-Total-Count").as_deref(), Some("0"));
    make(&admin, BLOG, &["a", "b", "c"]).await;

    let cases: [(&str, &[&str]); 9] = [
        ("limit=1", &["a"]),
        ("limit=3", &["a", "b", "c"]),
        ("limit=5000", &["a", "b", "c"]),
        ("limit=99999999999999999999", &["a", "b", "c"]),
        ("offset=1", &["b", "c"]),
        ("offset=3", &[]),
        ("offset=99999999999999999999", &[]),
        ("limit=2&limit=1&offset=2", &["c"]),
        ("offset=2&limit=%201%20", &["c"]),
    ];
    for (query, expected) in cases {
        let response = anonymous.get(&format!("/api/blog/?{query}")).await;
        assert_eq!(titles(&response), expected, "{query}");
        assert_eq!(response.header("X-Total-Count").as_deref(), Some("3"), "{query}");
        assert!(response.header("Link").is_some(), "{query}");
        let head = anonymous.head(&format!("/api/blog/?{query}")).await;
        assert_eq!(head.header("X-Total-Count").as_deref(), Some("3"), "{query}");
    }
}

#[actix_web::test]
async fn drafts_are_not_counted_for_the_public() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    make(&admin, BLOG, &["a"]).await;
    admin.post(BLOG, json!({ "title": "b", "is_published": false })).await;

    let path = "/api/blog/?limit=1&search=b";
    for (path, public, all) in [("/api/blog/?limit=1", "1", "2"), (path, "0", "1")] {
        for (caller, count) in [(&app.anonymous(), public), (&admin, all)] {
            let response = caller.get(path).await;
            assert_eq!(response.header("X-Total-Count").as_deref(), Some(count));
        }
    }
}

#[actix_web::test]
async fn searches_case_insensitively() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let all = ["Über uns", "ÜBER alles", "100%", "a_b", r"a\b", "acb"];
    for (path, _) in COLLECTIONS {
        make(&admin, path, &all).await;
        let described = json!({ "title": "Other", "description": "mehr üBeR uns" });
        admin.post(path, described).await;

        let cases: [(&str, &[&str]); 8] = [
            ("%C3%BCber", &["Über uns", "ÜBER alles", "Other"]),
            ("%20%C3%9CBER+UNS%20", &["Über uns", "Other"]),
            ("%25", &["100%"]),
            ("A_B", &["a_b"]),
            ("%5C", &[r"a\b"]),
            ("'%3B--", &[]),
            ("%F0%9F%98%80", &[]),
            ("%FF", &[]),
        ];
        for (search, expected) in cases {
            let response = app.anonymous().get(&format!("{path}?search={search}")).await;
            assert_eq!(titles(&response), expected, "{search}");
        }
        let blank = app.anonymous().get(&format!("{path}?search=%20")).await;
        assert_eq!(titles(&blank).len(), 7);
    }
}

#[actix_web::test]
async fn orders_by_the_requested_field() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    for title in ["b", "Ä", "a", "B"] {
        make(&admin, SERVICES, &[title]).await;
        app.clock().advance(std::time::Duration::from_secs(1));
    }
    admin.patch("/api/services/a-1/", json!({ "slug": "z" })).await;

    let cases: [(&str, &[&str]); 10] = [
        ("", &["b", "Ä", "a", "B"]),
        ("id", &["b", "Ä", "a", "B"]),
        ("-id", &["B", "a", "Ä", "b"]),
        ("title", &["a", "b", "B", "Ä"]),
        ("-title", &["Ä", "b", "B", "a"]),
        ("title,-id", &["a", "B", "b", "Ä"]),
        ("-created_at", &["B", "a", "Ä", "b"]),
        ("-updated_at", &["a", "B", "Ä", "b"]),
        (",slug,", &["Ä", "b", "B", "a"]),
        ("slug,-slug", &["Ä", "b", "B", "a"]),
    ];
    for (ordering, expected) in cases {
        let path = format!("{SERVICES}?ordering={ordering}");
        assert_eq!(titles(&app.anonymous().get(&path).await), expected, "{ordering}");
    }
}

#[actix_web::test]
async fn names_every_invalid_parameter_at_once() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let long = "a".repeat(201);
    let cases = [
        ("limit=", json!({ "limit": ["A valid integer is required."] })),
        ("limit=1.0", json!({ "limit": ["A valid integer is required."] })),
        ("limit=0", json!({ "limit": ["Ensure this value is greater than or equal to 1."] })),
        ("offset=-1", json!({ "offset": ["Ensure this value is greater than or equal to 0."] })),
        ("search=%00", json!({ "search": ["Null characters are not allowed."] })),
        (
            "ordering=title,description",
            json!({ "ordering": ["\"description\" is not a valid choice."] }),
        ),
        (
            &format!("limit=x&offset=x&ordering=x&search={long}"),
            json!({
                "limit": ["A valid integer is required."],
                "offset": ["A valid integer is required."],
                "search": ["Ensure this field has no more than 200 characters."],
                "ordering": ["\"x\" is not a valid choice."],
            }),
        ),
    ];
    for (path, _) in COLLECTIONS {
        for (query, expected) in &cases {
            for caller in [&app.anonymous(), &admin] {
                let response = caller.get(&format!("{path}?{query}")).await;
                assert_eq!(
                    (response.status.as_u16(), response.json()),
                    (400, expected.clone()),
                    "{query}"
                );
                assert_eq!(response.header("ETag"), None);
                assert_eq!(response.header("Cache-Control").as_deref(), Some("no-store"));
            }
        }
        // Other parameters are ignored.
        let response = app.anonymous().get(&format!("{path}?page=x&LIMIT=x")).await;
        assert_eq!(response.status, 200);
    }
}

#[actix_web::test]
async fn an_invalid_token_is_reported_before_an_invalid_query() {
    let app = TestApp::spawn().await;
    let request = crate::app::Request::new("GET", "/api/blog/?limit=x")
        .header("Authorization", "Bearer garbage");
    assert_eq!(app.send(request).await.status, 401);
}
