//! `/api/projects/`. Source: docs/contract/api.md «Content».

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

/// Lists the projects.
///
/// Without `limit` and `offset`, all of them; only administrators get drafts. Default order: `id`. `ordering` accepts
/// `id`, `title`, `slug`, `created_at` and `updated_at`. `search` covers title and description.
#[utoipa::path(
    tag = "projects",
    operation_id = "api_projects_list",
    params(ListParams),
    responses(
        (
            status = 200,
            description = "The projects. With `limit` or `offset`, one page of them.",
            body = Vec<PostOut>,
            headers(
                ("ETag" = String, description = "The entity tag. Send it in `If-None-Match`."),
                ("X-Total-Count" = i64, description = "The length of the whole list. Sent only with a page."),
                ("Link" = String, description = "The URLs of the other pages. Sent only with a page."),
            ),
        ),
        (status = 304, description = "Not modified."),
    ),
    security((), ("bearer" = [])),
)]
#[get("/api/projects/")]
pub(crate) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
    known: Known,
) -> Response<Drf> {
    let reader = Reader::of(caller.anybody().as_ref());
    let collection = Collection::of(&state, Kind::Project);
    collection.list::<PostOut>(reader, &query, &known).await
}

/// Returns a project.
///
/// Only administrators get drafts.
#[utoipa::path(
    tag = "projects",
    operation_id = "api_projects_retrieve",
    params(("slug" = String, Path, description = "The project's slug.", example = "hello-world")),
    responses(
        (
            status = 200,
            description = "The project.",
            body = PostOut,
            headers(("ETag" = String, description = "The entity tag. Send it in `If-None-Match`.")),
        ),
        (status = 304, description = "Not modified."),
        (status = 404, description = "The project does not exist.", body = DetailOut),
    ),
    security((), ("bearer" = [])),
)]
#[get("/api/projects/{slug}/")]
pub(crate) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    known: Known,
) -> Response<Drf> {
    let reader = Reader::of(caller.anybody().as_ref());
    let collection = Collection::of(&state, Kind::Project);
    collection.show::<PostOut>(reader, &slug, &known).await
}

/// Creates a project. For administrators.
///
/// Without a slug, it is derived from the title, with `-1`, `-2` and so on if it is taken.
#[utoipa::path(
    tag = "projects",
    operation_id = "api_projects_create",
    request_body = PostCreate,
    responses(
        (status = 201, description = "The project.", body = PostOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "slug": ["project with this slug already exists."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[post("/api/projects/")]
pub(crate) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Project);
    collection.make::<PostOut>(&caller, body).await
}

/// Changes a project; the title is required. For administrators.
///
/// Absent fields keep their value.
#[utoipa::path(
    tag = "projects",
    operation_id = "api_projects_replace",
    params(("slug" = String, Path, description = "The project's slug.", example = "hello-world")),
    request_body = PostCreate,
    responses(
        (status = 200, description = "The updated project.", body = PostOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "title": ["This field is required."] }),
        ),
        (status = 404, description = "The project does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[put("/api/projects/{slug}/")]
pub(crate) async fn replace(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Project);
    collection
        .change::<PostOut>(&caller, &slug, body, Read::REQUIRED)
        .await
}

/// Changes the given fields of a project. For administrators.
#[utoipa::path(
    tag = "projects",
    operation_id = "api_projects_update",
    params(("slug" = String, Path, description = "The project's slug.", example = "hello-world")),
    request_body = PostUpdate,
    responses(
        (status = 200, description = "The updated project.", body = PostOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "slug": ["project with this slug already exists."] }),
        ),
        (status = 404, description = "The project does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[patch("/api/projects/{slug}/")]
pub(crate) async fn update(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Project);
    collection
        .change::<PostOut>(&caller, &slug, body, Read::OPTIONAL)
        .await
}

/// Deletes a project. For administrators.
#[utoipa::path(
    tag = "projects",
    operation_id = "api_projects_destroy",
    params(("slug" = String, Path, description = "The project's slug.", example = "hello-world")),
    responses(
        (status = 204, description = "The project was deleted."),
        (status = 404, description = "The project does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[delete("/api/projects/{slug}/")]
pub(crate) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
) -> Response<Drf> {
    caller.required()?.require_admin()?;
    Collection::of(&state, Kind::Project).remove(&slug).await
}
