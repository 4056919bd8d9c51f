//! `/api/roles/`: roles, which are named sets of permissions. Source: docs/contract/api.md «Roles».

use std::collections::BTreeSet;

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_rbac::{self as rbac, PermissionId, RoleField, RoleId, codename};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::authority::{hold_actor, number};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf, FieldErrorsOut},
    error::{FieldErrors, Problem, ROLE_EXISTS},
    request::{Body, Input, ListParams, ListQuery, Read},
    response::{Reply, Response},
};

/// Who may see roles.
const SEE: [&str; 2] = [codename::MANAGE_ROLES, codename::VIEW_ROLES];

/// Lists the roles.
///
/// `search` covers names. `ordering` accepts `id` and `name`.
#[utoipa::path(
    tag = "roles",
    operation_id = "api_roles_list",
    params(ListParams),
    responses((status = 200, description = "The roles.", body = [RoleOut])),
    security(("bearer" = ["manage_roles", "view_roles"])),
)]
#[get("/api/roles/")]
pub(super) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
) -> Response<Drf> {
    caller
        .required()?
        .require(&*state.assignments, &SEE)
        .await?;
    let listing = query.listing(&[("id", RoleField::Id), ("name", RoleField::Name)])?;
    let page = state.roles.list(&listing).await?.map(RoleOut::from);
    Ok(query.reply(&state.public_url, listing.page, &page))
}

/// Creates a role.
///
/// Callers cannot create a role that contains a permission they do not have.
#[utoipa::path(
    tag = "roles",
    operation_id = "api_roles_create",
    request_body = NewRole,
    responses(
        (status = 201, description = "The role.", body = RoleOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "name": ["role with this name already exists."] }),
        ),
    ),
    security(("bearer" = ["manage_roles"])),
)]
#[post("/api/roles/")]
pub(super) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(&*state.assignments, &[codename::MANAGE_ROLES])
        .await?;
    let sent: RolePatch = body.read_lists(&["permission_ids"]).await?;
    let patch = sent.check(&state, Read::REQUIRED, None).await?;
    let new = rbac::NewRole {
        name: patch.name.unwrap_or_default(),
        description: patch.description.unwrap_or_default(),
        permissions: patch.permissions.unwrap_or_default(),
    };
    let work = async {
        let actor = hold_actor(&state, &caller, codename::MANAGE_ROLES).await?;
        Ok::<_, Problem>(state.roles.create(actor, new).await?)
    };
    let role = state.db.atomically(work).await?;
    Ok(Reply::created(&RoleOut::from(role)))
}

/// Returns a role.
#[utoipa::path(
    tag = "roles",
    operation_id = "api_roles_retrieve",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The role.", body = RoleOut),
        (status = 404, description = "The role does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_roles", "view_roles"])),
)]
#[get("/api/roles/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    caller
        .required()?
        .require(&*state.assignments, &SEE)
        .await?;
    let role = state.roles.by_id(RoleId::new(number(&id)?)).await?;
    Ok(Reply::ok(&RoleOut::from(role)))
}

/// Changes a role. The name is required.
///
/// Absent fields keep their value; an empty list removes all permissions. Callers cannot change a role that contains,
/// before or after the change, a permission they do not have. The role `Admin` cannot be changed.
#[utoipa::path(
    tag = "roles",
    operation_id = "api_roles_replace",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 2)),
    request_body = NewRole,
    responses(
        (status = 200, description = "The updated role.", body = RoleOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "permission_ids": ["Invalid pk \"999999\" - object does not exist."] }),
        ),
        (status = 404, description = "The role does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_roles"])),
)]
#[put("/api/roles/{id}/")]
pub(super) async fn replace(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    change(caller, &state, &id, body, Read::REQUIRED).await
}

/// Changes the given fields of a role.
///
/// Same as PUT, except that `name` is optional.
#[utoipa::path(
    tag = "roles",
    operation_id = "api_roles_update",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 2)),
    request_body = RolePatch,
    responses(
        (status = 200, description = "The updated role.", body = RoleOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "name": ["This field may not be blank."] }),
        ),
        (status = 404, description = "The role does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_roles"])),
)]
#[patch("/api/roles/{id}/")]
pub(super) async fn update(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    change(caller, &state, &id, body, Read::OPTIONAL).await
}

/// Deletes a role and removes it from all accounts.
///
/// Callers cannot delete a role that contains a permission they do not have. The role `Admin` cannot be deleted.
#[utoipa::path(
    tag = "roles",
    operation_id = "api_roles_destroy",
    params(("id" = i64, Path, description = "The role's id.", minimum = 1, example = 2)),
    responses(
        (status = 204, description = "The role was deleted."),
        (status = 404, description = "The role does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_roles"])),
)]
#[delete("/api/roles/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(&*state.assignments, &[codename::MANAGE_ROLES])
        .await?;
    let id = RoleId::new(number(&id)?);
    let work = async {
        let actor = hold_actor(&state, &caller, codename::MANAGE_ROLES).await?;
        Ok::<_, Problem>(state.roles.delete(actor, id).await?)
    };
    state.db.atomically(work).await?;
    Ok(Reply::no_content())
}

/// What PUT and PATCH do; they differ in whether the name must be there. What the caller may do to this role is judged before
/// the body is read. Source: docs/contract/drf.md «Order of checks».
async fn change(
    caller: Caller<Api>,
    state: &ApiState,
    id: &Path<String>,
    body: Body<Drf>,
    name: Read,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(&*state.assignments, &[codename::MANAGE_ROLES])
        .await?;
    let id = RoleId::new(number(id)?);
    state.roles.find_changeable(caller.actor(), id).await?;
    let sent: RolePatch = body.read_lists(&["permission_ids"]).await?;
    let patch = sent.check(state, name, Some(id)).await?;
    let work = async {
        let actor = hold_actor(state, &caller, codename::MANAGE_ROLES).await?;
        Ok::<_, Problem>(state.roles.update(actor, id, patch).await?)
    };
    let role = state.db.atomically(work).await?;
    Ok(Reply::ok(&RoleOut::from(role)))
}

/// Limit in characters. Source: docs/contract/api.md «Roles».
const NAME_MAX: usize = 100;

/// A role as it should be.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it says of `RolePatch` that POST and PUT demand the name"
)]
struct NewRole {
    #[schema(min_length = 1, max_length = 100, example = "New Role")]
    name: String,
    #[schema(nullable = false, example = "Description of new role")]
    description: Option<String>,
    /// The numbers of all permissions that it carries.
    #[schema(nullable = false, example = json!([1, 2, 3]))]
    permission_ids: Option<Vec<i64>>,
}

/// What changes of a role.
#[derive(Deserialize, ToSchema)]
struct RolePatch {
    /// Unique letter for letter.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "New Role")]
    name: Input,
    #[serde(default)]
    #[schema(value_type = String, example = "Description of new role")]
    description: Input,
    /// The numbers of all permissions that it carries from now on.
    #[serde(default)]
    #[schema(value_type = Vec<i64>, example = json!([1, 2, 3]))]
    permission_ids: Input,
}

impl RolePatch {
    async fn check(
        self,
        state: &ApiState,
        read_name: Read,
        id: Option<RoleId>,
    ) -> Result<rbac::RolePatch, Problem> {
        let mut faults = FieldErrors::default();
        let name = read_name
            .max(NAME_MAX)
            .text(&mut faults, "name", &self.name);
        if let Some(name) = &name
            && !state.roles.is_name_free(name, id).await?
        {
            faults.add("name", ROLE_EXISTS);
        }
        let description =
            Read::OPTIONAL_OR_BLANK.text(&mut faults, "description", &self.description);
        let permissions = self.permissions(state, &mut faults).await?;
        let patch = rbac::RolePatch {
            name,
            description,
            permissions,
        };
        Ok(faults.or(patch)?)
    }

    async fn permissions(
        &self,
        state: &ApiState,
        faults: &mut FieldErrors,
    ) -> Result<Option<BTreeSet<PermissionId>>, Problem> {
        let name = "permission_ids";
        let Some(pks) = Read::OPTIONAL.pks(faults, name, &self.permission_ids) else {
            return Ok(None);
        };
        let asked: Vec<PermissionId> = pks.ids().into_iter().map(PermissionId::new).collect();
        let known = state.permissions.existing(&asked).await?;
        let known = known.into_iter().map(PermissionId::get).collect();
        match pks.all_of(&known) {
            Ok(ids) => Ok(Some(ids.into_iter().map(PermissionId::new).collect())),
            Err(fault) => {
                faults.add(name, fault);
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
