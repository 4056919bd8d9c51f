//! `/api/blog/`. Source: docs/contract/api.md «Content».

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_content::Kind;

use super::{
    collection::{Collection, Reader},
    entry::{PostCreate, PostOut, PostUpdate},
};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf, FieldErrorsOut},
    request::{Body, ListParams, ListQuery, Read},
    response::{Known, Response},
};

/// Lists the blog entries.
///
/// All of them by id, unless the query asks for less; drafts are there for admins only. `ordering` takes `id`, `title`,
/// `slug`, `created_at` and `updated_at`; `search` looks into title and description.
#[utoipa::path(
    tag = "blog",
    operation_id = "api_blog_list",
    params(ListParams),
    responses(
        (
            status = 200,
            description = "The blog entries. With `limit` or `offset`: this part of them.",
            body = Vec<PostOut>,
            headers(
                ("ETag" = String, description = "For `If-None-Match`."),
                ("X-Total-Count" = i64, description = "How many there are in all; with a page only."),
                ("Link" = String, description = "Where the other pages are; with a page only."),
            ),
        ),
        (status = 304, description = "What `If-None-Match` names is still so."),
    ),
    security((), ("bearer" = [])),
)]
#[get("/api/blog/")]
pub(crate) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
    known: Known,
) -> Response<Drf> {
    let reader = Reader::of(caller.anybody().as_ref());
    let collection = Collection::of(&state, Kind::Blog);
    collection.list::<PostOut>(reader, &query, &known).await
}

/// Shows a blog entry.
///
/// For admins only if it is a draft.
#[utoipa::path(
    tag = "blog",
    operation_id = "api_blog_retrieve",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    responses(
        (
            status = 200,
            description = "The blog entry.",
            body = PostOut,
            headers(("ETag" = String, description = "For `If-None-Match`.")),
        ),
        (status = 304, description = "What `If-None-Match` names is still so."),
        (status = 404, description = "No such blog entry.", body = DetailOut),
    ),
    security((), ("bearer" = [])),
)]
#[get("/api/blog/{slug}/")]
pub(crate) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    known: Known,
) -> Response<Drf> {
    let reader = Reader::of(caller.anybody().as_ref());
    let collection = Collection::of(&state, Kind::Blog);
    collection.show::<PostOut>(reader, &slug, &known).await
}

/// Makes a blog entry. For admins.
///
/// Without a slug it is made of the title, with `-1`, `-2` and so on behind it if that is taken.
#[utoipa::path(
    tag = "blog",
    operation_id = "api_blog_create",
    request_body = PostCreate,
    responses(
        (status = 201, description = "The blog entry.", body = PostOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
            body = FieldErrorsOut,
            example = json!({ "slug": ["blog entry with this slug already exists."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[post("/api/blog/")]
pub(crate) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Blog);
    collection.make::<PostOut>(&caller, body).await
}

/// Changes a blog entry; the title must be named. For admins.
///
/// What is not named stays.
#[utoipa::path(
    tag = "blog",
    operation_id = "api_blog_replace",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    request_body = PostCreate,
    responses(
        (status = 200, description = "The blog entry as it is now.", body = PostOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
            body = FieldErrorsOut,
            example = json!({ "title": ["This field is required."] }),
        ),
        (status = 404, description = "No such blog entry.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[put("/api/blog/{slug}/")]
pub(crate) async fn replace(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Blog);
    collection
        .change::<PostOut>(&caller, &slug, body, Read::REQUIRED)
        .await
}

/// Changes what is named of a blog entry. For admins.
#[utoipa::path(
    tag = "blog",
    operation_id = "api_blog_update",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    request_body = PostUpdate,
    responses(
        (status = 200, description = "The blog entry as it is now.", body = PostOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
            body = FieldErrorsOut,
            example = json!({ "slug": ["blog entry with this slug already exists."] }),
        ),
        (status = 404, description = "No such blog entry.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[patch("/api/blog/{slug}/")]
pub(crate) async fn update(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Blog);
    collection
        .change::<PostOut>(&caller, &slug, body, Read::OPTIONAL)
        .await
}

/// Deletes a blog entry. For admins.
#[utoipa::path(
    tag = "blog",
    operation_id = "api_blog_destroy",
    params(("slug" = String, Path, description = "The blog entry's slug.", example = "hello-world")),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No such blog entry.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[delete("/api/blog/{slug}/")]
pub(crate) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
) -> Response<Drf> {
    caller.required()?.require_admin()?;
    Collection::of(&state, Kind::Blog).remove(&slug).await
}
