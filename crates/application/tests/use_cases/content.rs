//! Creation and change of content.

use loggia_application::Error;
use loggia_content::{EntryPatch, Kind, NewEntry};
use loggia_rbac::codename;

use crate::{assert_refused, fixtures::World};

fn post() -> NewEntry {
    NewEntry {
        kind: Kind::Blog,
        title: "Hello".to_owned(),
        slug: None,
        description: String::new(),
        is_published: true,
    }
}

#[tokio::test]
async fn content_is_for_administrators() {
    let world = World::new().await;
    let admin = world.admin("admin").await;
    let other = world.holder("other", &codename::ALL).await;
    let content = &world.content_management;
    let mut work = world.work();

    let refused = content.create(&mut work, &other, post()).await;
    assert_refused!(refused, Error::Forbidden);
    let entry = content.create(&mut work, &admin, post()).await.unwrap();
    assert_eq!(entry.slug.as_str(), "hello");

    let target = (Kind::Blog, entry.id);
    let patch = EntryPatch { is_published: Some(false), ..EntryPatch::default() };
    let refused = content.update(&mut work, &other, target, patch.clone()).await;
    assert_refused!(refused, Error::Forbidden);
    let entry = content.update(&mut work, &admin, target, patch).await;
    assert!(!entry.unwrap().is_published);
}
