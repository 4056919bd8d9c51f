//! Tests that files appear complete or not at all.

use bytes::Bytes;

use super::Storage;
use crate::{Error, Key};

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

async fn keep(storage: &Storage, key: &Key, parts: &[&'static str]) {
    let mut upload = storage.write(key).await.unwrap();
    for part in parts {
        upload.append(Bytes::from_static(part.as_bytes())).await.unwrap();
    }
    upload.finish().await.unwrap();
}

async fn check(storage: &Storage) {
    let key = key("été/a b#1.png");
    assert_eq!(storage.read(&key).await.unwrap(), None);

    let mut given_up = storage.write(&key).await.unwrap();
    given_up.append(Bytes::from_static(b"half")).await.unwrap();
    assert_eq!(storage.read(&key).await.unwrap(), None);
    drop(given_up);
    assert_eq!(storage.read(&key).await.unwrap(), None);

    keep(storage, &key, &["one ", "two"]).await;
    assert_eq!(storage.read(&key).await.unwrap().unwrap(), "one two");
    keep(storage, &key, &["three"]).await;
    assert_eq!(storage.read(&key).await.unwrap().unwrap(), "three");
    keep(storage, &key, &[]).await;
    assert_eq!(storage.read(&key).await.unwrap().unwrap(), "");
}

#[tokio::test]
async fn in_memory() {
    check(&Storage::open("memory://").unwrap()).await;
}

#[tokio::test]
async fn on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("file://{}/not/there yet", directory.path().display());
    check(&Storage::open(&url).unwrap()).await;
    // Another process finds the file.
    let again = Storage::open(&url).unwrap();
    assert!(again.read(&key("été/a b#1.png")).await.unwrap().is_some());
}

#[test]
fn refuses_a_store_that_it_does_not_know() {
    for url in ["", "file://", "s3://bucket", "http://example.com", "memory://x"] {
        assert!(matches!(Storage::open(url), Err(Error::Url)), "{url}");
    }
}
