//! `/api/roles/`: roles, which are named sets of permissions. Source: docs/contract/api.md «Roles».

use std::collections::BTreeSet;

use loggia_http::{error::ROLE_EXISTS, request::fields::Pks};
use loggia_rbac::{self as rbac, PermissionId, RoleField, RoleId};

use super::{
    path::id_in,
    permission::{ManageRoles, ViewRoles},
};
use crate::prelude::*;

type CanView = RequirePermission<(ManageRoles, ViewRoles)>;
type CanManage = RequirePermission<ManageRoles>;

/// Lists the roles.
///
/// `search` covers names. `ordering` accepts `id` and `name`.
#[utoipa::path(
    get, path = "/api/roles/", tag = "roles", params(ListParams),
    responses((status = 200, description = "The roles.", body = [RoleOut])),
)]
pub(super) async fn list(_: Guard<CanView>, state: State, query: ListQuery) -> Response {
    let listing = query.listing(&[("id", RoleField::Id), ("name", RoleField::Name)])?;
    let page = state.roles.list(&mut state.work(), &listing).await?.map(RoleOut::from);
    Ok(query.reply(&state.public_url, listing.page, &page))
}

/// Creates a role.
///
/// Callers cannot create a role that contains a permission they do not have.
#[utoipa::path(
    post, path = "/api/roles/", tag = "roles", request_body = RoleCreate,
    responses((status = 201, description = "The role.", body = RoleOut)),
)]
pub(super) async fn create(caller: Guard<CanManage>, state: State, body: Body) -> Response {
    let patch = body.read::<RoleCreate>().await?.check(&state, None).await?;
    let new = rbac::NewRole {
        name: patch.name.unwrap_or_default(),
        description: patch.description.unwrap_or_default(),
        permissions: patch.permissions.unwrap_or_default(),
    };
    let roles = &state.role_management;
    let role = roles.create(&mut state.work(), &caller.caller, new).await?;
    Ok(Reply::created(&RoleOut::from(role)))
}

/// Returns a role.
#[utoipa::path(
    get, path = "/api/roles/{id}/", tag = "roles",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The role.", body = RoleOut),
        (status = 404, description = "The role does not exist."),
    ),
)]
pub(super) async fn retrieve(_: Guard<CanView>, state: State, id: Path<String>) -> Response {
    let role = state.roles.by_id(&mut state.work(), RoleId::new(id_in(&id)?)).await?;
    Ok(Reply::ok(&RoleOut::from(role)))
}

/// Changes a role. The name is required.
///
/// Absent fields keep their value; an empty list removes all permissions. Callers cannot change a role that contains,
/// before or after the change, a permission they do not have. The role `Admin` cannot be changed.
#[utoipa::path(
    put, path = "/api/roles/{id}/", tag = "roles",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 2)),
    request_body = RoleCreate,
    responses(
        (status = 200, description = "The updated role.", body = RoleOut),
        (status = 404, description = "The role does not exist."),
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

/// Changes the given fields of a role.
///
/// Same as PUT, except that `name` is optional.
#[utoipa::path(
    patch, path = "/api/roles/{id}/", tag = "roles",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 2)),
    request_body = Partial<RoleCreate>,
    responses(
        (status = 200, description = "The updated role.", body = RoleOut),
        (status = 404, description = "The role does not exist."),
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

/// Deletes a role and removes it from all accounts.
///
/// Callers cannot delete a role that contains a permission they do not have. The role `Admin` cannot be deleted.
#[utoipa::path(
    delete, path = "/api/roles/{id}/", tag = "roles",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 2)),
    responses(
        (status = 204, description = "The role was deleted."),
        (status = 404, description = "The role does not exist."),
    ),
)]
pub(super) async fn destroy(caller: Guard<CanManage>, state: State, id: Path<String>) -> Response {
    let id = RoleId::new(id_in(&id)?);
    let roles = &state.role_management;
    roles.delete(&mut state.work(), &caller.caller, id).await?;
    Ok(Reply::no_content())
}

/// Changes a role. PUT and PATCH differ in whether the name is required. The caller's right to change this role is
/// checked before the body is read. Source: docs/contract/drf.md «Order of checks».
async fn change(
    caller: &SignedIn,
    state: &ApiState,
    id: &Path<String>,
    sent: impl Future<Output = Sent<RoleCreate>>,
) -> Response {
    let id = RoleId::new(id_in(id)?);
    state.roles.find_changeable(&mut state.work(), caller.actor(), id).await?;
    let patch = sent.await?.check(state, Some(id)).await?;
    let roles = &state.role_management;
    let role = roles.update(&mut state.work(), &caller.caller, id, patch).await?;
    Ok(Reply::ok(&RoleOut::from(role)))
}

/// Limit in characters. Source: docs/contract/api.md «Roles».
const NAME_MAX: usize = 100;

/// The fields of a role.
#[derive(Deserialize, ToSchema)]
struct RoleCreate {
    /// Unique with regard to case. Example: `New Role`
    name: Required<Text<{ NAME_MAX }>>,
    /// Example: `Description of new role`
    description: OptionalOrBlank<Text>,
    /// The ids of all permissions that the role has from now on.
    permission_ids: Optional<Pks>,
}

impl RoleCreate {
    async fn check(self, state: &ApiState, id: Option<RoleId>) -> Result<rbac::RolePatch, Problem> {
        let mut errors = FieldErrors::default();
        let name = self.name.read(&mut errors);
        if let Some(name) = &name
            && !state.roles.is_name_free(&mut state.work(), name, id).await?
        {
            self.name.add(&mut errors, ROLE_EXISTS);
        }
        let description = self.description.read_or_empty(&mut errors);
        let permissions = self.permissions(state, &mut errors).await?;
        let patch = rbac::RolePatch { name, description, permissions };
        Ok(errors.or(patch)?)
    }

    async fn permissions(
        &self,
        state: &ApiState,
        errors: &mut FieldErrors,
    ) -> Result<Option<BTreeSet<PermissionId>>, Problem> {
        let Some(pks) = self.permission_ids.read(errors) else {
            return Ok(None);
        };
        let requested: Vec<PermissionId> = pks.ids().into_iter().map(PermissionId::new).collect();
        let known = state.permissions.existing(&mut state.work(), &requested).await?;
        let known = known.into_iter().map(PermissionId::get).collect();
        match pks.all_of(&known) {
            Ok(ids) => Ok(Some(ids.into_iter().map(PermissionId::new).collect())),
            Err(code) => {
                self.permission_ids.add(errors, code);
                Ok(None)
            }
        }
    }
}

/// A role.
#[derive(Serialize, ToSchema)]
struct RoleOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "Admin")]
    name: String,
    #[schema(example = "Administrator role")]
    description: String,
    permissions: Vec<RolePermissionOut>,
}

/// A permission of a role, without its description.
#[derive(Serialize, ToSchema)]
struct RolePermissionOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "Manage Users")]
    name: String,
    #[schema(example = "manage_users")]
    codename: String,
}

impl From<rbac::Role> for RoleOut {
    fn from(role: rbac::Role) -> Self {
        Self {
            id: role.id.get(),
            name: role.name,
            description: role.description,
            permissions: role
                .permissions
                .into_iter()
                .map(|permission| RolePermissionOut {
                    id: permission.id.get(),
                    name: permission.name,
                    codename: permission.codename,
                })
                .collect(),
        }
    }
}
