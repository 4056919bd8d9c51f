//! `/api/upload/get-upload-url/`, and uploads to the links it returns. Source: docs/contract/api.md «Uploads».

use std::time::Duration;

use loggia_storage::Key;
use serde_json::json;

use crate::app::{Caller, Request, Response, TestApp};

const UPLOAD_URL: &str = "/api/upload/get-upload-url/";

/// Requests an upload link and returns its path and query.
async fn link(caller: &Caller<'_>, filename: &str, kind: &str) -> String {
    let body = json!({"filename": filename, "content_type": kind, "folder": "pictures"});
    let response = caller.post(UPLOAD_URL, body).await;
    assert_eq!(response.status, 200, "{response}");
    let url = response.text_at("/url");
    let link = url.strip_prefix("http://127.0.0.1:8000");
    link.expect("the server's address").to_owned()
}

async fn put(app: &TestApp, link: &str, kind: &str, bytes: impl Into<Vec<u8>>) -> Response {
    let request = Request::new("PUT", link).header("Content-Type", kind);
    app.send(request.body(bytes)).await
}

/// Returns the storage key of the file that a link is for.
fn key(link: &str) -> Key {
    let (path, _) = link.split_once('?').expect("a query");
    let key = path.strip_prefix("/uploads/").expect("the path of uploads");
    Key::parse(key).expect("a key")
}

#[actix_web::test]
async fn a_file_is_stored_under_the_key_of_the_link() {
    let app = TestApp::spawn().await;
    let ada = app.user("ada").await;
    let link = link(&ada, "garden.png", "image/png").await;
    assert!(link.contains("/pictures/garden.png?grant="), "{link}");

    // The link alone is sufficient; no credentials are needed.
    let response = put(&app, &link, "image/png", "first").await;
    assert_eq!((response.status.as_u16(), response.text().as_str()), (200, ""));
    let storage = &app.services().storage;
    assert_eq!(storage.read(&key(&link)).await.unwrap().unwrap(), "first");

    // Every link has its own key, so an upload never overwrites a file of the same name.
    let other = self::link(&ada, "garden.png", "image/png").await;
    assert_ne!(key(&other), key(&link));
}

#[actix_web::test]
async fn a_link_is_valid_only_for_its_upload() {
    let app = TestApp::spawn().await;
    let ada = app.user("ada").await;
    let link = link(&ada, "a.png", "image/png").await;
    let (path, grant) = link.split_once('?').unwrap();
    let refused = r#"{"detail":"This upload link is not valid, or no longer."}"#;

    let mut changed = grant.to_owned();
    changed.pop();
    for bad in [
        path.to_owned(),
        format!("{path}?grant="),
        format!("{path}?{changed}"),
        format!("{path}?{grant}A"),
        format!("{path}?grant={}", ada.access()),
        format!("{path}x?{grant}"),
        format!("/uploads/pictures/a.png?{grant}"),
        format!("/uploads/../secret.key?{grant}"),
        format!("/uploads/%2e%2e/secret.key?{grant}"),
    ] {
        let response = put(&app, &bad, "image/png", "x").await;
        let is_refused = response.status == 403 && response.text() == refused;
        assert!(is_refused || response.status == 404, "{bad}: {response}");
    }
    let response = put(&app, &link, "text/html", "x").await;
    assert_eq!(response.status, 403, "{response}");
    let response = app.send(Request::new("GET", &link)).await;
    assert_eq!(response.status, 404, "{response}");
    assert_eq!(app.services().storage.read(&key(&link)).await.unwrap(), None);

    app.clock().advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(put(&app, &link, "image/png", "x").await.status, 200);
    app.clock().advance(Duration::from_secs(1));
    let response = put(&app, &link, "image/png", "y").await;
    assert_eq!((response.status.as_u16(), response.text().as_str()), (403, refused));
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_not_stored() {
    const MOST: usize = 10 * 1024 * 1024;
    let app = TestApp::spawn().await;
    let ada = app.user("ada").await;
    let link = link(&ada, "a.bin", "application/octet-stream").await;

    let response = put(&app, &link, "application/octet-stream", vec![7; MOST + 1]).await;
    assert_eq!(response.status, 413, "{response}");
    let storage = &app.services().storage;
    assert_eq!(storage.read(&key(&link)).await.unwrap(), None);

    let response = put(&app, &link, "application/octet-stream", vec![7; MOST]).await;
    assert_eq!(response.status, 200, "{response}");
    let kept = storage.read(&key(&link)).await.unwrap().unwrap();
    assert_eq!(kept.len(), MOST);
}

#[actix_web::test]
async fn names_that_traverse_directories_are_rejected() {
    let app = TestApp::spawn().await;
    let ada = app.user("ada").await;
    let sentence = json!(["Enter a valid value."]);

    for name in ["..", "../a", "a/../b", "/a", "a/", "a//b", "a\\b", "a\nb", "."] {
        let response = ada.post(UPLOAD_URL, json!({"filename": name, "content_type": "x/y"})).await;
        assert_eq!(response.status, 400, "{name:?}: {response}");
        assert_eq!(response.json()["filename"], sentence, "{name:?}");
        let body = json!({"filename": "a", "content_type": "x/y", "folder": name});
        let response = ada.post(UPLOAD_URL, body).await;
        assert_eq!(response.json()["folder"], sentence, "{name:?}: {response}");
    }
    let response = ada.post(UPLOAD_URL, json!({"filename": "a", "content_type": "x/é"})).await;
    assert_eq!(response.json(), json!({"content_type": sentence}));
    let response = ada.post(UPLOAD_URL, json!({"filename": "a\0b", "content_type": "x/y"})).await;
    assert_eq!(response.json(), json!({"filename": ["Null characters are not allowed."]}));
    let long = "a".repeat(256);
    let response = ada.post(UPLOAD_URL, json!({"filename": long, "content_type": "x/y"})).await;
    let sentence = json!(["Ensure this field has no more than 255 characters."]);
    assert_eq!(response.json(), json!({"filename": sentence}));
    // The name fits the field but exceeds what file systems allow.
    let wide = "é".repeat(200);
    let response = ada.post(UPLOAD_URL, json!({"filename": wide, "content_type": "x/y"})).await;
    assert_eq!(response.status, 400, "{response}");
}
