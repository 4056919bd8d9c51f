//! `/api/services/`. Source: docs/contract/api.md «Content».

use loggia_content::Kind;
use loggia_http::response::Known;

use super::{
    collection::{Collection, Reader},
    entry::{ServiceCreate, ServiceOut},
};
use crate::prelude::*;

/// Lists the services.
///
/// Without `limit` and `offset`, all of them. Default order: `id`. `ordering` accepts `id`, `title`, `slug`,
/// `created_at` and `updated_at`. `search` covers title and description.
#[utoipa::path(
    get, path = "/api/services/", tag = "services", params(ListParams),
    responses(
        (
            status = 200,
            description = "The services. With `limit` or `offset`, one page of them.",
            body = Vec<ServiceOut>,
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
    let collection = Collection::of(&state, Kind::Service);
    collection.list::<ServiceOut>(reader, &query, &known).await
}

/// Returns a service.
#[utoipa::path(
    get, path = "/api/services/{slug}/", tag = "services",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    responses(
        (
            status = 200,
            description = "The service.",
            body = ServiceOut,
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
    let collection = Collection::of(&state, Kind::Service);
    collection.retrieve::<ServiceOut>(reader, &slug, &known).await
}

/// Creates a service. For administrators.
///
/// Without a slug, it is derived from the title, with `-1`, `-2` and so on if it is taken.
#[utoipa::path(
    post, path = "/api/services/", tag = "services", request_body = ServiceCreate,
    responses((status = 201, description = "The service.", body = ServiceOut)),
)]
pub(crate) async fn create(guard: Guard<RequireAdmin>, state: State, body: Body) -> Response {
    let collection = Collection::of(&state, Kind::Service);
    collection.create::<ServiceOut>(&guard, body).await
}

/// Changes a service; the title is required. For administrators.
///
/// Absent fields keep their value.
#[utoipa::path(
    put, path = "/api/services/{slug}/", tag = "services",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    request_body = ServiceCreate,
    responses((status = 200, description = "The updated service.", body = ServiceOut)),
)]
pub(crate) async fn replace(
    guard: Guard<RequireAdmin>,
    state: State,
    slug: Path<String>,
    body: Body,
) -> Response {
    let collection = Collection::of(&state, Kind::Service);
    collection.change::<ServiceOut>(&guard, &slug, body.read()).await
}

/// Changes the given fields of a service. For administrators.
#[utoipa::path(
    patch, path = "/api/services/{slug}/", tag = "services",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    request_body = Partial<ServiceCreate>,
    responses((status = 200, description = "The updated service.", body = ServiceOut)),
)]
pub(crate) async fn update(
    guard: Guard<RequireAdmin>,
    state: State,
    slug: Path<String>,
    body: Body,
) -> Response {
    let collection = Collection::of(&state, Kind::Service);
    collection.change::<ServiceOut>(&guard, &slug, body.read_partial()).await
}

/// Deletes a service. For administrators.
#[utoipa::path(
    delete, path = "/api/services/{slug}/", tag = "services",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    responses((status = 204, description = "The service was deleted.")),
)]
pub(crate) async fn destroy(_: Guard<RequireAdmin>, state: State, slug: Path<String>) -> Response {
    Collection::of(&state, Kind::Service).delete(&slug).await
}
