//! `/api/services/`. Source: docs/contract/api.md «Content».

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_content::Kind;

use super::{
    collection::{Collection, Reader},
    entry::{ServiceCreate, ServiceOut, ServiceUpdate},
};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf, FieldErrorsOut},
    request::{Body, ListParams, ListQuery, Read},
    response::{Known, Response},
};

/// Lists the services.
///
/// Without `limit` and `offset`, all of them. Default order: `id`. `ordering` accepts `id`, `title`, `slug`,
/// `created_at` and `updated_at`. `search` covers title and description.
#[utoipa::path(
    tag = "services",
    operation_id = "api_services_list",
    params(ListParams),
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
    security((), ("bearer" = [])),
)]
#[get("/api/services/")]
pub(crate) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
    known: Known,
) -> Response<Drf> {
    let reader = Reader::of(caller.anybody().as_ref());
    let collection = Collection::of(&state, Kind::Service);
    collection.list::<ServiceOut>(reader, &query, &known).await
}

/// Returns a service.
#[utoipa::path(
    tag = "services",
    operation_id = "api_services_retrieve",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    responses(
        (
            status = 200,
            description = "The service.",
            body = ServiceOut,
            headers(("ETag" = String, description = "The entity tag. Send it in `If-None-Match`.")),
        ),
        (status = 304, description = "Not modified."),
        (status = 404, description = "The service does not exist.", body = DetailOut),
    ),
    security((), ("bearer" = [])),
)]
#[get("/api/services/{slug}/")]
pub(crate) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    known: Known,
) -> Response<Drf> {
    let reader = Reader::of(caller.anybody().as_ref());
    let collection = Collection::of(&state, Kind::Service);
    collection.show::<ServiceOut>(reader, &slug, &known).await
}

/// Creates a service. For administrators.
///
/// Without a slug, it is derived from the title, with `-1`, `-2` and so on if it is taken.
#[utoipa::path(
    tag = "services",
    operation_id = "api_services_create",
    request_body = ServiceCreate,
    responses(
        (status = 201, description = "The service.", body = ServiceOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "slug": ["service with this slug already exists."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[post("/api/services/")]
pub(crate) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Service);
    collection.make::<ServiceOut>(&caller, body).await
}

/// Changes a service; the title is required. For administrators.
///
/// Absent fields keep their value.
#[utoipa::path(
    tag = "services",
    operation_id = "api_services_replace",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    request_body = ServiceCreate,
    responses(
        (status = 200, description = "The updated service.", body = ServiceOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "title": ["This field is required."] }),
        ),
        (status = 404, description = "The service does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[put("/api/services/{slug}/")]
pub(crate) async fn replace(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Service);
    collection
        .change::<ServiceOut>(&caller, &slug, body, Read::REQUIRED)
        .await
}

/// Changes the given fields of a service. For administrators.
#[utoipa::path(
    tag = "services",
    operation_id = "api_services_update",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    request_body = ServiceUpdate,
    responses(
        (status = 200, description = "The updated service.", body = ServiceOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "slug": ["service with this slug already exists."] }),
        ),
        (status = 404, description = "The service does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[patch("/api/services/{slug}/")]
pub(crate) async fn update(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let collection = Collection::of(&state, Kind::Service);
    collection
        .change::<ServiceOut>(&caller, &slug, body, Read::OPTIONAL)
        .await
}

/// Deletes a service. For administrators.
#[utoipa::path(
    tag = "services",
    operation_id = "api_services_destroy",
    params(("slug" = String, Path, description = "The service's slug.", example = "web-design")),
    responses(
        (status = 204, description = "The service was deleted."),
        (status = 404, description = "The service does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["admin"])),
)]
#[delete("/api/services/{slug}/")]
pub(crate) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    slug: Path<String>,
) -> Response<Drf> {
    caller.required()?.require_admin()?;
    Collection::of(&state, Kind::Service).remove(&slug).await
}
