//! `/api/permissions/`: permissions. Source: docs/contract/api.md «Permissions».

use loggia_http::error::CODENAME_EXISTS;
use loggia_rbac::{self as rbac, PermissionField, PermissionId};

use super::{path::id_in, permission::ManagePermissions};
use crate::prelude::*;

type CanManage = RequirePermission<ManagePermissions>;

/// Lists the permissions.
///
/// `search` covers names and codenames. `ordering` accepts `id`, `name` and `codename`.
#[utoipa::path(
    get, path = "/api/permissions/", tag = "permissions", params(ListParams),
    responses((status = 200, description = "The permissions.", body = [PermissionOut])),
)]
pub(super) async fn list(_: Guard<CanManage>, state: State, query: ListQuery) -> Response {
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
    post, path = "/api/permissions/", tag = "permissions", request_body = PermissionCreate,
    responses((status = 201, description = "The permission.", body = PermissionOut)),
)]
pub(super) async fn create(caller: Guard<CanManage>, state: State, body: Body) -> Response {
    let sent = body.read::<PermissionCreate>().await?;
    let patch = sent.check(&state, None).await?;
    let new = rbac::NewPermission {
        name: patch.name.unwrap_or_default(),
        codename: patch.codename.unwrap_or_default(),
        description: patch.description.unwrap_or_default(),
    };
    let permissions = &state.permission_management;
    let permission = permissions.create(&mut state.work(), &caller.caller, new).await?;
    Ok(Reply::created(&PermissionOut::from(permission)))
}

/// Returns a permission.
#[utoipa::path(
    get, path = "/api/permissions/{id}/", tag = "permissions",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The permission.", body = PermissionOut),
        (status = 404, description = "The permission does not exist."),
    ),
)]
pub(super) async fn retrieve(_: Guard<CanManage>, state: State, id: Path<String>) -> Response {
    let id = PermissionId::new(id_in(&id)?);
    let permission = state.permissions.by_id(&mut state.work(), id).await?;
    Ok(Reply::ok(&PermissionOut::from(permission)))
}

/// Changes a permission. Name and codename are required.
///
/// An absent description keeps its value. The six built-in permissions cannot be changed. A permission that a role
/// contains can be changed only by callers who have it.
#[utoipa::path(
    put, path = "/api/permissions/{id}/", tag = "permissions",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 7)),
    request_body = PermissionCreate,
    responses(
        (status = 200, description = "The updated permission.", body = PermissionOut),
        (status = 404, description = "The permission does not exist."),
    ),
)]
pub(super) async fn replace(
    caller: Guard<CanManage>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change(&caller, &state, &id, body.read()).await
}

/// Changes the given fields of a permission.
///
/// Same as PUT, except that `name` and `codename` are optional.
#[utoipa::path(
    patch, path = "/api/permissions/{id}/", tag = "permissions",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 7)),
    request_body = Partial<PermissionCreate>,
    responses(
        (status = 200, description = "The updated permission.", body = PermissionOut),
        (status = 404, description = "The permission does not exist."),
    ),
)]
pub(super) async fn update(
    caller: Guard<CanManage>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change(&caller, &state, &id, body.read_partial()).await
}

/// Deletes a permission and removes it from all roles.
///
/// The six built-in permissions cannot be deleted. A permission that a role contains can be deleted only by callers who
/// have it.
#[utoipa::path(
    delete, path = "/api/permissions/{id}/", tag = "permissions",
    params(("id" = i64, Path, description = "The permission's id.", minimum = 1, example = 7)),
    responses(
        (status = 204, description = "The permission was deleted."),
        (status = 404, description = "The permission does not exist."),
    ),
)]
pub(super) async fn destroy(caller: Guard<CanManage>, state: State, id: Path<String>) -> Response {
    let id = PermissionId::new(id_in(&id)?);
    let permissions = &state.permission_management;
    permissions.delete(&mut state.work(), &caller.caller, id).await?;
    Ok(Reply::no_content())
}

/// Changes a permission. PUT and PATCH differ in which fields are required. The caller's right to change this
/// permission is checked before the body is read. Source: docs/contract/drf.md «Order of checks».
async fn change(
    caller: &SignedIn,
    state: &ApiState,
    id: &Path<String>,
    sent: impl Future<Output = Sent<PermissionCreate>>,
) -> Response {
    let id = PermissionId::new(id_in(id)?);
    state.permissions.find_changeable(&mut state.work(), caller.actor(), id).await?;
    let patch = sent.await?.check(state, Some(id)).await?;
    let permissions = &state.permission_management;
    let permission = permissions.update(&mut state.work(), &caller.caller, id, patch).await?;
    Ok(Reply::ok(&PermissionOut::from(permission)))
}

/// Limit of names and codenames in characters, the same as for names of roles.
/// Source: docs/contract/api.md «Permissions».
const NAME_MAX: usize = 100;

/// The fields of a permission.
#[derive(Deserialize, ToSchema)]
struct PermissionCreate {
    /// Example: `New Permission`
    name: Required<Text<{ NAME_MAX }>>,
    /// Unique, compared case-sensitively. Example: `new_permission`
    codename: Required<Text<{ NAME_MAX }>>,
    /// Example: `Description of new permission`
    description: OptionalOrBlank<Text>,
}

impl PermissionCreate {
    async fn check(
        self,
        state: &ApiState,
        id: Option<PermissionId>,
    ) -> Result<rbac::PermissionPatch, Problem> {
        let mut errors = FieldErrors::default();
        let name = self.name.read(&mut errors);
        let codename = self.codename.read(&mut errors);
        if let Some(codename) = &codename
            && !state.permissions.is_codename_free(&mut state.work(), codename, id).await?
        {
            self.codename.add(&mut errors, CODENAME_EXISTS);
        }
        let description = self.description.read_or_empty(&mut errors);
        let patch = rbac::PermissionPatch { name, codename, description };
        Ok(errors.or(patch)?)
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
