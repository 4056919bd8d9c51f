//! `/api/permissions/`: permissions. Source: docs/contract/api.md «Permissions».

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_rbac::{self as rbac, PermissionField, PermissionId, codename::MANAGE_PERMISSIONS};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::authority::{hold_actor, number};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf, FieldErrorsOut},
    error::{CODENAME_EXISTS, FieldErrors, Problem},
    request::{Body, Input, ListParams, ListQuery, Read},
    response::{Reply, Response},
};

/// Lists the permissions.
///
/// `search` covers names and codenames. `ordering` accepts `id`, `name` and `codename`.
#[utoipa::path(
    tag = "permissions",
    operation_id = "api_permissions_list",
    params(ListParams),
    responses((status = 200, description = "The permissions.", body = [PermissionOut])),
    security(("bearer" = ["manage_permissions"])),
)]
#[get("/api/permissions/")]
pub(super) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
) -> Response<Drf> {
    let caller = caller.required()?;
    caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_PERMISSIONS],
        )
        .await?;
    let listing = query.listing(&[
        ("id", PermissionField::Id),
        ("name", PermissionField::Name),
        ("codename", PermissionField::Codename),
    ])?;
    let page = state.permissions.list(&mut state.work(), &listing).await?;
    let page = page.map(PermissionOut::from);
    Ok(query.reply(&state.public_url, listing.page, &page))
}

/// Creates a permission.
///
/// A new permission is in no role. Because callers grant only what they have, a superuser adds it to a role. The server
/// itself checks only its six built-in permissions; what another one allows is up to the services that read it.
#[utoipa::path(
    tag = "permissions",
    operation_id = "api_permissions_create",
    request_body = PermissionCreate,
    responses(
        (status = 201, description = "The permission.", body = PermissionOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "codename": ["permission with this codename already exists."] }),
        ),
    ),
    security(("bearer" = ["manage_permissions"])),
)]
#[post("/api/permissions/")]
pub(super) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_PERMISSIONS],
        )
        .await?;
    let sent: PermissionUpdate = body.read().await?;
    let patch = sent.check(&state, Read::REQUIRED, None).await?;
    let new = rbac::NewPermission {
        name: patch.name.unwrap_or_default(),
        codename: patch.codename.unwrap_or_default(),
        description: patch.description.unwrap_or_default(),
    };
    let work = async {
        let actor = hold_actor(&state, &caller, MANAGE_PERMISSIONS).await?;
        Ok::<_, Problem>(
            state
                .permissions
                .create(&mut state.work(), actor, new)
                .await?,
        )
    };
    let permission = state.db.atomically(work).await?;
    Ok(Reply::created(&PermissionOut::from(permission)))
}

/// Returns a permission.
#[utoipa::path(
    tag = "permissions",
    operation_id = "api_permissions_retrieve",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The permission.", body = PermissionOut),
        (status = 404, description = "The permission does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_permissions"])),
)]
#[get("/api/permissions/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?;
    caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_PERMISSIONS],
        )
        .await?;
    let id = PermissionId::new(number(&id)?);
    let permission = state.permissions.by_id(&mut state.work(), id).await?;
    Ok(Reply::ok(&PermissionOut::from(permission)))
}

/// Changes a permission. Name and codename are required.
///
/// An absent description keeps its value. The six built-in permissions cannot be changed. A permission that a role
/// contains can be changed only by callers who have it.
#[utoipa::path(
    tag = "permissions",
    operation_id = "api_permissions_replace",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 7)),
    request_body = PermissionCreate,
    responses(
        (status = 200, description = "The updated permission.", body = PermissionOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "codename": ["This field is required."] }),
        ),
        (status = 404, description = "The permission does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_permissions"])),
)]
#[put("/api/permissions/{id}/")]
pub(super) async fn replace(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    change(caller, &state, &id, body, Read::REQUIRED).await
}

/// Changes the given fields of a permission.
///
/// Same as PUT, except that `name` and `codename` are optional.
#[utoipa::path(
    tag = "permissions",
    operation_id = "api_permissions_update",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 7)),
    request_body = PermissionUpdate,
    responses(
        (status = 200, description = "The updated permission.", body = PermissionOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "codename": ["permission with this codename already exists."] }),
        ),
        (status = 404, description = "The permission does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_permissions"])),
)]
#[patch("/api/permissions/{id}/")]
pub(super) async fn update(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    change(caller, &state, &id, body, Read::OPTIONAL).await
}

/// Deletes a permission and removes it from all roles.
///
/// The six built-in permissions cannot be deleted. A permission that a role contains can be deleted only by callers who
/// have it.
#[utoipa::path(
    tag = "permissions",
    operation_id = "api_permissions_destroy",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 7)),
    responses(
        (status = 204, description = "The permission was deleted."),
        (status = 404, description = "The permission does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_permissions"])),
)]
#[delete("/api/permissions/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_PERMISSIONS],
        )
        .await?;
    let id = PermissionId::new(number(&id)?);
    let work = async {
        let actor = hold_actor(&state, &caller, MANAGE_PERMISSIONS).await?;
        Ok::<_, Problem>(
            state
                .permissions
                .delete(&mut state.work(), actor, id)
                .await?,
        )
    };
    state.db.atomically(work).await?;
    Ok(Reply::no_content())
}

/// Changes a permission. PUT and PATCH differ in which fields are required. The caller's right to change this
/// permission is checked before the body is read. Source: docs/contract/drf.md «Order of checks».
async fn change(
    caller: Caller<Api>,
    state: &ApiState,
    id: &Path<String>,
    body: Body<Drf>,
    names: Read,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_PERMISSIONS],
        )
        .await?;
    let id = PermissionId::new(number(id)?);
    state
        .permissions
        .find_changeable(&mut state.work(), caller.actor(), id)
        .await?;
    let sent: PermissionUpdate = body.read().await?;
    let patch = sent.check(state, names, Some(id)).await?;
    let work = async {
        let actor = hold_actor(state, &caller, MANAGE_PERMISSIONS).await?;
        Ok::<_, Problem>(
            state
                .permissions
                .update(&mut state.work(), actor, id, patch)
                .await?,
        )
    };
    let permission = state.db.atomically(work).await?;
    Ok(Reply::ok(&PermissionOut::from(permission)))
}

/// Limit of names and codenames in characters, the same as for names of roles.
/// Source: docs/contract/api.md «Permissions».
const NAME_MAX: usize = 100;

/// The fields of a permission.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `PermissionUpdate` for POST and PUT")]
struct PermissionCreate {
    #[schema(min_length = 1, max_length = 100, example = "New Permission")]
    name: String,
    #[schema(min_length = 1, max_length = 100, example = "new_permission")]
    codename: String,
    #[schema(nullable = false, example = "Description of new permission")]
    description: Option<String>,
}

/// The changes of a permission.
#[derive(Deserialize, ToSchema)]
struct PermissionUpdate {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "New Permission")]
    name: Input,
    /// Unique, compared case-sensitively.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "new_permission")]
    codename: Input,
    #[serde(default)]
    #[schema(value_type = String, example = "Description of new permission")]
    description: Input,
}

impl PermissionUpdate {
    async fn check(
        self,
        state: &ApiState,
        names: Read,
        id: Option<PermissionId>,
    ) -> Result<rbac::PermissionPatch, Problem> {
        let mut faults = FieldErrors::default();
        let names = names.max(NAME_MAX);
        let name = names.text(&mut faults, "name", &self.name);
        let codename = names.text(&mut faults, "codename", &self.codename);
        if let Some(codename) = &codename
            && !state
                .permissions
                .is_codename_free(&mut state.work(), codename, id)
                .await?
        {
            faults.add("codename", CODENAME_EXISTS);
        }
        let description =
            Read::OPTIONAL_OR_BLANK.text(&mut faults, "description", &self.description);
        let patch = rbac::PermissionPatch {
            name,
            codename,
            description,
        };
        Ok(faults.or(patch)?)
    }
}

/// A permission.
#[derive(Serialize, ToSchema)]
struct PermissionOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "Manage Users")]
    name: String,
    #[schema(example = "manage_users")]
    codename: String,
    #[schema(example = "Can manage user accounts")]
    description: String,
}

impl From<rbac::Permission> for PermissionOut {
    fn from(permission: rbac::Permission) -> Self {
        Self {
            id: permission.id.get(),
            name: permission.name,
            codename: permission.codename,
            description: permission.description,
        }
    }
}
