//! The implementation of the handlers of the three collections.

use loggia_application::is_admin;
use loggia_content::{Audience, Entry, EntryField, EntrySlug, Kind, NewEntry};
use loggia_http::response::{Keep, Known};
use loggia_identity as identity;

use super::entry::{Fields, Format};
use crate::prelude::*;

/// One collection of content.
pub(super) struct Collection<'a> {
    state: &'a ApiState,
    kind: Kind,
}

/// The fields that `ordering` accepts.
const FIELDS: [(&str, EntryField); 5] = [
    ("id", EntryField::Id),
    ("title", EntryField::Title),
    ("slug", EntryField::Slug),
    ("created_at", EntryField::CreatedAt),
    ("updated_at", EntryField::UpdatedAt),
];

/// The reader of content: the entries they see, and the caches that may store the response.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    audience: Audience,
    keep: Keep,
}

impl Reader {
    /// Administrators see drafts. A response to an authenticated request is for that caller alone.
    pub(super) fn of(caller: Option<&identity::Caller>) -> Self {
        let audience = match caller {
            Some(caller) if is_admin(&caller.account) => Audience::Editors,
            _ => Audience::Public,
        };
        let keep = match caller {
            Some(_) => Keep::Private,
            None => Keep::Public,
        };
        Self { audience, keep }
    }
}

impl<'a> Collection<'a> {
    pub(super) fn of(state: &'a ApiState, kind: Kind) -> Self {
        Self { state, kind }
    }

    pub(super) async fn list<T: Format>(
        &self,
        reader: Reader,
        query: &ListQuery,
        known: &Known,
    ) -> Response {
        let listing = query.listing(&FIELDS)?;
        let entries = &self.state.entries;
        let page =
            entries.list(&mut self.state.work(), self.kind, reader.audience, &listing).await?;
        let public_url = &self.state.public_url;
        let reply = query.reply(public_url, listing.page, &page.map(T::from));
        Ok(reply.fresh(known, reader.keep))
    }

    pub(super) async fn retrieve<T: Format>(
        &self,
        reader: Reader,
        slug: &str,
        known: &Known,
    ) -> Response {
        let entry = self.find(slug, reader.audience).await?;
        Ok(Reply::ok(&T::from(entry)).fresh(known, reader.keep))
    }

    pub(super) async fn create<T: Format>(&self, caller: &SignedIn, body: Body) -> Response {
        let fields: Fields = body.read::<T::Create>().await?.into();
        let patch = fields.check(self.state, self.kind, None).await?;
        let new = NewEntry {
            kind: self.kind,
            title: patch.title.unwrap_or_default(),
            slug: patch.slug,
            description: patch.description.unwrap_or_default(),
            is_published: patch.is_published.unwrap_or(true),
        };
        let work = &mut self.state.work();
        let entries = &self.state.content_management;
        let entry = entries.create(work, &caller.caller, new).await?;
        Ok(Reply::created(&T::from(entry)))
    }

    /// PUT and PATCH differ in whether the title is required. An unknown entry is reported before an invalid body.
    pub(super) async fn change<T: Format>(
        &self,
        caller: &SignedIn,
        slug: &str,
        sent: impl Future<Output = Sent<T::Create>>,
    ) -> Response {
        let id = self.find(slug, Audience::Editors).await?.id;
        let fields: Fields = sent.await?.into();
        let patch = fields.check(self.state, self.kind, Some(id)).await?;
        let work = &mut self.state.work();
        let entries = &self.state.content_management;
        let target = (self.kind, id);
        let entry = entries.update(work, &caller.caller, target, patch).await?;
        Ok(Reply::ok(&T::from(entry)))
    }

    pub(super) async fn delete(&self, slug: &str) -> Response {
        let slug = slug_in_path(slug)?;
        let work = &mut self.state.work();
        self.state.entries.delete(work, self.kind, &slug).await?;
        Ok(Reply::no_content())
    }

    async fn find(&self, slug: &str, audience: Audience) -> Result<Entry, Problem> {
        let slug = slug_in_path(slug)?;
        let entries = &self.state.entries;
        let work = &mut self.state.work();
        Ok(entries.by_slug(work, self.kind, audience, &slug).await?)
    }
}

/// Parses the slug in a path. A segment that is not a slug names nothing.
fn slug_in_path(slug: &str) -> Result<EntrySlug, Problem> {
    EntrySlug::parse(slug).or(Err(Problem::NotFound))
}
