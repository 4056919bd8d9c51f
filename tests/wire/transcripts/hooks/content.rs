//! Published entries that a transcript expects to exist.

use loggia_content::{EntrySlug, Kind, NewEntry};

use super::arguments::Arguments;
use crate::app::TestApp;

/// Creates a service entry.
///
/// # Errors
/// A sentence, if the slug is invalid or taken.
pub(super) async fn add_service(app: &TestApp, given: &Arguments<'_>) -> Result<(), String> {
    let slug = given.text("slug")?;
    let slug = EntrySlug::parse(slug).map_err(|error| format!("{slug}: {error:?}"))?;
    let new = NewEntry {
        kind: Kind::Service,
        title: given.text("title")?.to_owned(),
        slug: Some(slug),
        description: given.text("description")?.to_owned(),
        is_published: true,
    };
    let services = app.services();
    let created = services.entries.create(&mut services.db.work(), new).await;
    created.map(drop).map_err(|error| format!("{error:?}"))
}
