//! `?cursor=`: keyset pagination of the list.

use serde_json::{Value, json};

use super::{CONTACTS, at, create, create_org, names};
use crate::app::{Caller, TestApp};

const BAD: &str = "400 Bad Request\n{\"detail\":\"Invalid cursor.\"}";

/// Returns the names of a whole list, following its cursors.
async fn walk(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let mut walked = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{CONTACTS}?{query}&cursor={cursor}");
        let page = caller.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {page}");
        walked.extend(names(&page));
        match &page.json()["next_cursor"] {
            Value::String(next) => cursor.clone_from(next),
            Value::Null => return walked,
            other => panic!("{other}"),
        }
    }
}

#[actix_web::test]
async fn pagination_by_cursor_matches_pagination_by_offset() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let acme = create_org(&jane, "Acme").await;
    for n in 0..11 {
        app.clock().advance(std::time::Duration::from_millis(700));
        let org = if n % 3 == 0 { "jane" } else { &acme };
        let name = ["Ann", "bo", "Ärger", "zed"][n % 4];
        let body = json!({
            "organization": org,
            "display_name": format!("{name} {n}"),
            "last_name": if n % 2 == 0 { Some("Lee") } else { None },
        });
        assert_eq!(jane.post(CONTACTS, body).await.status, 200);
    }
    for query in [
        "limit=3",
        "limit=11",
        "limit=1&organization=acme",
        "limit=2&sort_by=display_name",
        "limit=2&sort_order=desc",
        "limit=2&sort_by=last_name",
        "limit=2&sort_by=last_name&sort_order=desc",
        "limit=2&sort_by=created_at",
        "limit=2&sort_by=updated_at&sort_order=desc",
        "limit=2&search=e",
        "limit=2&search=e&sort_by=email&sort_order=desc",
    ] {
        let mut by_offset = Vec::new();
        loop {
            let path = format!("{CONTACTS}?{query}&offset={}", by_offset.len());
            let page = names(&jane.get(&path).await);
            if page.is_empty() {
                break;
            }
            by_offset.extend(page);
        }
        assert!(by_offset.len() > 2, "{query}");
        assert_eq!(walk(&jane, query).await, by_offset, "{query}");
    }
}

#[actix_web::test]
async fn the_response_has_one_more_key_only_if_requested() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    let empty = jane.get(&format!("{CONTACTS}?cursor=")).await;
    assert_eq!(empty.text(), r#"{"items":[],"count":0,"next_cursor":null}"#);
    create(&jane, "jane", "Ann").await;
    create(&jane, "jane", "Bo").await;
    let page = jane.get(&format!("{CONTACTS}?cursor=&limit=1")).await;
    let keys: Vec<_> = page.json().as_object().expect("a page").keys().cloned().collect();
    assert_eq!(keys, ["items", "count", "next_cursor"]);
    assert_eq!(page.json()["count"], 2);
    let last = jane.get(&format!("{CONTACTS}?cursor=&limit=2")).await;
    assert_eq!(last.json()["next_cursor"], Value::Null);
}

#[actix_web::test]
async fn contacts_may_be_created_and_deleted_between_pages() {
    let app = TestApp::spawn().await;
    let jane = app.user("jane").await;
    for name in ["Ann", "Bo", "Cy", "Dee"] {
        create(&jane, "jane", name).await;
    }
    let page = jane.get(&format!("{CONTACTS}?cursor=&limit=2")).await;
    let next = page.text_at("/next_cursor");
    for gone in ["ann", "bo"] {
        jane.delete(&at(gone), ()).await;
    }
    create(&jane, "jane", "Eve").await;
    let rest = jane.get(&format!("{CONTACTS}?cursor={next}")).await;
    assert_eq!(names(&rest), ["Cy", "Dee", "Eve"]);
    assert_eq!(rest.json()["count"], 3);
    // A page past the end is empty, and its count is still correct.
    for gone in ["cy", "dee", "eve"] {
        jane.delete(&at(gone), ()).await;
    }
    let none = jane.get(&format!("{CONTACTS}?cursor={next}")).await;
    assert_eq!(none.text(), r#"{"items":[],"count":0,"next_cursor":null}"#);
}

#[actix_web::test]
async fn a_cursor_is_valid_only_for_its_own_list() {
    let app = TestApp::spawn().await;
    let (jane, bob) = (app.user("jane").await, app.user("bob").await);
    let acme = create_org(&jane, "Acme").await;
    super::add_member(&jane, &acme, "bob").await;
    for name in ["Ann", "Bo", "Cy"] {
        create(&jane, &acme, name).await;
    }
    let page = jane.get(&format!("{CONTACTS}?cursor=&limit=1")).await;
    let cursor = page.text_at("/next_cursor");
    assert!(!cursor.contains("ann"));
    for query in
        ["search=a", "sort_by=display_name", "sort_by=created_at", "organization=acme", "tag=x"]
    {
        let path = format!("{CONTACTS}?{query}&cursor={cursor}");
        assert_eq!(jane.get(&path).await.to_string(), BAD, "{query}");
    }
    let path = format!("{CONTACTS}?cursor={cursor}");
    assert_eq!(bob.get(&path).await.to_string(), BAD);
    let page = jane.get(&format!("{path}&limit=2")).await;
    assert_eq!(names(&page), ["Bo", "Cy"]);
    for bad in ["x", "1", "%C3%84", "MA", &cursor[1..], &format!("{cursor}A")] {
        let path = format!("{CONTACTS}?cursor={bad}");
        assert_eq!(jane.get(&path).await.to_string(), BAD, "{bad}");
    }
}
