//! `/api/user-roles/`: assignments of roles to accounts. Source: docs/contract/api.md «User roles».

use actix_web::{
    delete, get, post,
    web::{Data, Path},
};
use loggia_identity as identity;
use loggia_kernel::AccountId;
use loggia_rbac::{
    self as rbac, Assignment, AssignmentField, AssignmentId, RoleId, codename::MANAGE_USER_ROLES,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::authority::{Right, hold, hold_actor, number};
use crate::{Api, ApiState};
use loggia_http::{
    auth::{self, Caller, SignedIn, outrank},
    dialect::{DetailOut, Drf, FieldErrorsOut},
    error::{FieldErrors, Problem},
    request::{Body, Input, ListParams, ListQuery, Read, fields::Pk},
    response::{Reply, Response, moment},
};

/// Lists the assignments of roles to users.
///
/// `search` covers names of roles. `ordering` accepts `id`, `user`, `role` and `created_at`.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_list",
    params(ListParams),
    responses((status = 200, description = "The assignments.", body = [UserRoleOut])),
    security(("bearer" = ["manage_user_roles"])),
)]
#[get("/api/user-roles/")]
pub(super) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
) -> Response<Drf> {
    let caller = caller.required()?;
    caller
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let listing = query.listing(&[
        ("id", AssignmentField::Id),
        ("user", AssignmentField::Account),
        ("role", AssignmentField::Role),
        ("created_at", AssignmentField::CreatedAt),
    ])?;
    let page = state.assignments.list(&mut state.work(), &listing).await?;
    let page = page.map(UserRoleOut::from);
    Ok(query.reply(&state.public_url, listing.page, &page))
}

/// Assigns a role to a user.
///
/// Callers cannot assign a role that contains a permission they do not have, to themselves or to others.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_create",
    request_body = UserRoleCreate,
    responses(
        (status = 201, description = "The new assignment.", body = UserRoleOut),
        (
            status = 400,
            description = "Validation failed, or the user already has the role.",
            body = FieldErrorsOut,
            example = json!({ "non_field_errors": ["The fields user, role must make a unique set."] }),
        ),
    ),
    security(("bearer" = ["manage_user_roles"])),
)]
#[post("/api/user-roles/")]
pub(super) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let sent: UserRoleCreate = body.read().await?;
    let (user, role) = sent.check(&state).await?;
    let work = async {
        let actor = hold_actor(&state, &caller, MANAGE_USER_ROLES).await?;
        Ok::<_, Problem>(
            state
                .assignments
                .assign(&mut state.work(), actor, user, role)
                .await?,
        )
    };
    let assignment = state.db.atomically(work).await?;
    Ok(Reply::created(&UserRoleOut::from(assignment)))
}

/// Returns an assignment.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_retrieve",
    params(("id" = i64, Path, description = "The assignment's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The assignment.", body = UserRoleOut),
        (status = 404, description = "The assignment does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_user_roles"])),
)]
#[get("/api/user-roles/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?;
    caller
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let id = AssignmentId::new(number(&id)?);
    let assignment = state.assignments.by_id(&mut state.work(), id).await?;
    Ok(Reply::ok(&UserRoleOut::from(assignment)))
}

/// Removes a role from a user.
///
/// The removal takes effect at once. Callers cannot remove a role that contains a permission they do not have.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_destroy",
    params(("id" = i64, Path, description = "The assignment's id.", minimum = 1, example = 1)),
    responses(
        (status = 204, description = "The role was removed from the user."),
        (status = 404, description = "The assignment does not exist.", body = DetailOut),
    ),
    security(("bearer" = ["manage_user_roles"])),
)]
#[delete("/api/user-roles/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?;
    let caller = caller
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let id = AssignmentId::new(number(&id)?);
    let work = remove(&state, &caller, id);
    state.db.atomically(work).await?;
    Ok(Reply::no_content())
}

/// Removes a role from a user. Without the built-in role an administrator is not one any more, so the caller needs the
/// right to change that account too. Source: docs/contract/api.md «User roles».
async fn remove(state: &ApiState, caller: &SignedIn, id: AssignmentId) -> Result<(), Problem> {
    let (right, by) = (Right::Holds(MANAGE_USER_ROLES), caller.caller.account.id);
    let actor = hold(state, right, caller, by).await?.actor;
    let found = state.assignments.by_id(&mut state.work(), id).await?;
    let role = state.roles.by_id(&mut state.work(), found.role_id).await?;
    if role.is_built_in {
        let holder = state
            .accounts
            .by_id(&mut state.work(), found.account_id)
            .await?;
        outrank(&mut state.work(), &*state.assignments, &actor, &holder).await?;
    }
    Ok(state
        .assignments
        .remove(&mut state.work(), auth::actor(&actor), id)
        .await?)
}

/// A new assignment.
#[derive(Deserialize, ToSchema)]
struct UserRoleCreate {
    /// The user's id.
    #[serde(default)]
    #[schema(value_type = i64, required, example = 1)]
    user: Input,
    /// The role's id.
    #[serde(default)]
    #[schema(value_type = i64, required, example = 1)]
    role: Input,
}

impl UserRoleCreate {
    async fn check(self, state: &ApiState) -> Result<(AccountId, RoleId), Problem> {
        let mut faults = FieldErrors::default();
        let mut user = None;
        if let Some(pk) = Read::REQUIRED.pk(&mut faults, "user", &self.user) {
            user = self::user(state, &pk).await?;
            if user.is_none() {
                faults.add("user", pk.unknown());
            }
        }
        let mut role = None;
        if let Some(pk) = Read::REQUIRED.pk(&mut faults, "role", &self.role) {
            role = self::role(state, &pk).await?;
            if role.is_none() {
                faults.add("role", pk.unknown());
            }
        }
        match (user, role) {
            (Some(user), Some(role)) => Ok(faults.or((user, role))?),
            _ => Err(faults.into()),
        }
    }
}

async fn user(state: &ApiState, pk: &Pk) -> Result<Option<AccountId>, Problem> {
    let Some(id) = pk.id() else {
        return Ok(None);
    };
    match state
        .accounts
        .by_id(&mut state.work(), AccountId::new(id))
        .await
    {
        Ok(account) => Ok(Some(account.id)),
        Err(identity::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn role(state: &ApiState, pk: &Pk) -> Result<Option<RoleId>, Problem> {
    let Some(id) = pk.id() else {
        return Ok(None);
    };
    match state.roles.by_id(&mut state.work(), RoleId::new(id)).await {
        Ok(role) => Ok(Some(role.id)),
        Err(rbac::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The assignment of a role to a user.
#[derive(Serialize, ToSchema)]
struct UserRoleOut {
    #[schema(example = 1)]
    id: i64,
    /// The user's id.
    #[schema(example = 1)]
    user: i64,
    /// The role's id.
    #[schema(example = 1)]
    role: i64,
    #[schema(format = DateTime, example = "2024-01-01T00:00:00Z")]
    created_at: String,
}

impl From<Assignment> for UserRoleOut {
    fn from(assignment: Assignment) -> Self {
        Self {
            id: assignment.id.get(),
            user: assignment.account_id.get(),
            role: assignment.role_id.get(),
            created_at: moment(assignment.created_at),
        }
    }
}
