//! `/api/blog/`. Source: docs/contract/api.md «Content».

use loggia_content::Kind;
use loggia_http::response::Known;

use super::{
    collection::{Collection, Reader},
    entry::{PostCreate, PostOut},
};
use crate::prelude::*;

/// Lists the blog entries.
///
/// Without `limit` and `offset`, all of them; only administrators get drafts. Default order: `id`. `ordering` accepts
/// `id`, `title`, `slug`, `created_at` and `updated_at`. `search` covers title and description.
#[utoipa::path(
    get, path = "/api/blog/", tag = "blog", params(ListParams),
    responses(
        (
            status = 200,
            description = "The blog entries. With `limit` or `offset`, one page of them.",
            body = Vec<PostOut>,
            headers(
                ("ETag" = String, description = "The entity tag. Send it in `If-None-Match`."),
                ("X-Total-Count" = i64, description = "The length of the whole list. Sent only with a page."),
                ("Link" = String, description = "The URLs of the other pages. Sent only with a page."),
            ),
        ),
        (status = 304, description = "Not modified."),
    ),
)]
pub(crate) async fn list(
    guard: Guard<OptionalCaller>,
    state: State,
    query: ListQuery,
    known: Known,
) -> Response {
    let reader = Reader::of(guard.as_ref());
    let collection = Collection::of(&state, Kind::Blog);
    collection.list::<PostOut>(reader, &query, &known).await
}

/// Returns a blog entry.
///
/// Only administrators get drafts.
#[utoipa::path(
    get, path = "/api/blog/{slug}/", tag = "blog",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    responses(
        (
            status = 200,
            description = "The blog entry.",
            body = PostOut,
            headers(("ETag" = String, description = "The entity tag. Send it in `If-None-Match`.")),
        ),
        (status = 304, description = "Not modified."),
    ),
)]
pub(crate) async fn retrieve(
    guard: Guard<OptionalCaller>,
    state: State,
    slug: Path<String>,
    known: Known,
) -> Response {
    let reader = Reader::of(guard.as_ref());
    let collection = Collection::of(&state, Kind::Blog);
    collection.retrieve::<PostOut>(reader, &slug, &known).await
}

/// Creates a blog entry. For administrators.
///
/// Without a slug, it is derived from the title, with `-1`, `-2` and so on if it is taken.
#[utoipa::path(
    post, path = "/api/blog/", tag = "blog", request_body = PostCreate,
    responses((status = 201, description = "The blog entry.", body = PostOut)),
)]
pub(crate) async fn create(guard: Guard<RequireAdmin>, state: State, body: Body) -> Response {
    let collection = Collection::of(&state, Kind::Blog);
    collection.create::<PostOut>(&guard, body).await
}

/// Changes a blog entry; the title is required. For administrators.
///
/// Absent fields keep their value.
#[utoipa::path(
    put, path = "/api/blog/{slug}/", tag = "blog",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    request_body = PostCreate,
    responses((status = 200, description = "The updated blog entry.", body = PostOut)),
)]
pub(crate) async fn replace(
    guard: Guard<RequireAdmin>,
    state: State,
    slug: Path<String>,
    body: Body,
) -> Response {
    let collection = Collection::of(&state, Kind::Blog);
    collection.change::<PostOut>(&guard, &slug, body.read()).await
}

/// Changes the given fields of a blog entry. For administrators.
#[utoipa::path(
    patch, path = "/api/blog/{slug}/", tag = "blog",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    request_body = Partial<PostCreate>,
    responses((status = 200, description = "The updated blog entry.", body = PostOut)),
)]
pub(crate) async fn update(
    guard: Guard<RequireAdmin>,
    state: State,
    slug: Path<String>,
    body: Body,
) -> Response {
    let collection = Collection::of(&state, Kind::Blog);
    collection.change::<PostOut>(&guard, &slug, body.read_partial()).await
}

/// Deletes a blog entry. For administrators.
#[utoipa::path(
    delete, path = "/api/blog/{slug}/", tag = "blog",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    responses((status = 204, description = "The blog entry was deleted.")),
)]
pub(crate) async fn destroy(_: Guard<RequireAdmin>, state: State, slug: Path<String>) -> Response {
    Collection::of(&state, Kind::Blog).delete(&slug).await
}
