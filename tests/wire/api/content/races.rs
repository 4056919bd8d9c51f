//! Concurrent writes.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use super::COLLECTIONS;
use crate::app::TestApp;

const WRITERS: usize = 20;

#[actix_web::test]
async fn concurrent_entries_with_one_title_get_distinct_slugs() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, _) in COLLECTIONS {
        let body = json!({ "title": "The same" });
        let responses = join_all((0..WRITERS).map(|_| admin.post(path, body.clone()))).await;

        let slugs: BTreeSet<String> = responses
            .iter()
            .map(|response| {
                assert_eq!(response.status, 201, "{response}");
                response.text_at("/slug")
            })
            .collect();
        let mut expected = BTreeSet::from(["the-same".to_owned()]);
        expected.extend((1..WRITERS).map(|n| format!("the-same-{n}")));
        assert_eq!(slugs, expected);
    }
}

#[actix_web::test]
async fn of_twenty_concurrent_uses_of_one_slug_one_succeeds() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, name) in COLLECTIONS {
        let body = json!({ "title": "Mine", "slug": "mine" });
        let responses = join_all((0..WRITERS).map(|_| admin.post(path, body.clone()))).await;

        let made = responses.iter().filter(|response| response.status == 201).count();
        assert_eq!(made, 1);
        let error_body = json!({ "slug": [format!("{name} with this slug already exists.")] });
        for response in responses.iter().filter(|response| response.status != 201) {
            assert_eq!((response.status.as_u16(), response.json()), (400, error_body.clone()));
        }
    }
}

#[actix_web::test]
async fn an_entry_changed_and_deleted_concurrently_is_changed_or_gone() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    for (path, _) in COLLECTIONS {
        admin.post(path, json!({ "title": "Two minds" })).await;
        let entry = format!("{path}two-minds/");
        let change = || admin.patch(&entry, json!({ "title": "Changed" }));
        let (first, deleted, second) =
            futures_util::join!(change(), admin.delete(&entry, ()), change());
        assert_eq!(deleted.status, 204);
        for response in [first, second] {
            assert!([200, 404].contains(&response.status.as_u16()), "{response}");
        }
        assert_eq!(admin.get(&entry).await.status, 404);
    }
}
