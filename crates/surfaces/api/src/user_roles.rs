//! `/api/user-roles/`: who has which role. Source: docs/contract/api.md «User roles».

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
    request::{Body, Input, ListParams, ListQuery, Pk, Read},
    response::{Reply, Response, moment},
};

/// Lists who has which role.
///
/// Searches in the names of the roles; can be ordered by `id`, `user`, `role` and `created_at`.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_list",
    params(ListParams),
    responses((status = 200, description = "Who has which role.", body = [UserRoleOut])),
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
        .require(&*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let listing = query.listing(&[
        ("id", AssignmentField::Id),
        ("user", AssignmentField::Account),
        ("role", AssignmentField::Role),
        ("created_at", AssignmentField::CreatedAt),
    ])?;
    let page = state.assignments.list(&listing).await?;
    let page = page.map(UserRoleOut::from);
    Ok(query.reply(&state.public_url, listing.page, &page))
}

/// Gives a user a role.
///
/// Nobody gives a role that carries more than he holds himself: neither to others nor to himself.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_create",
    request_body = UserRoleCreate,
    responses(
        (status = 201, description = "The user has the role.", body = UserRoleOut),
        (
            status = 400,
            description = "Fields are at fault, or the user has the role already.",
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
        .require(&*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let sent: UserRoleCreate = body.read().await?;
    let (user, role) = sent.check(&state).await?;
    let work = async {
        let actor = hold_actor(&state, &caller, MANAGE_USER_ROLES).await?;
        Ok::<_, Problem>(state.assignments.assign(actor, user, role).await?)
    };
    let assignment = state.db.atomically(work).await?;
    Ok(Reply::created(&UserRoleOut::from(assignment)))
}

/// Shows that a user has a role.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_retrieve",
    params(("id" = i64, Path, description = "The assignment's number.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "Who has which role.", body = UserRoleOut),
        (status = 404, description = "No such assignment.", body = DetailOut),
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
        .require(&*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let id = AssignmentId::new(number(&id)?);
    let assignment = state.assignments.by_id(id).await?;
    Ok(Reply::ok(&UserRoleOut::from(assignment)))
}

/// Takes a role from a user.
///
/// It counts at once. Nobody takes a role that carries more than he holds himself.
#[utoipa::path(
    tag = "user-roles",
    operation_id = "api_user_roles_destroy",
    params(("id" = i64, Path, description = "The assignment's number.", minimum = 1, example = 1)),
    responses(
        (status = 204, description = "The user has the role no more."),
        (status = 404, description = "No such assignment.", body = DetailOut),
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
        .require(&*state.assignments, &[MANAGE_USER_ROLES])
        .await?;
    let id = AssignmentId::new(number(&id)?);
    let work = remove(&state, &caller, id);
    state.db.atomically(work).await?;
    Ok(Reply::no_content())
}

/// Takes a role from a user. With the built-in one an administrator ceases to be one, which is more than the codenames that it
/// carries: it is for administrators to take. Source: docs/contract/api.md «User roles».
async fn remove(state: &ApiState, caller: &SignedIn, id: AssignmentId) -> Result<(), Problem> {
    let (right, by) = (Right::Holds(MANAGE_USER_ROLES), caller.caller.account.id);
    let actor = hold(state, right, caller, by).await?.actor;
    let found = state.assignments.by_id(id).await?;
    let role = state.roles.by_id(found.role_id).await?;
    if role.is_built_in {
        let holder = state.accounts.by_id(found.account_id).await?;
        outrank(&*state.assignments, &actor, &holder).await?;
    }
    Ok(state.assignments.remove(auth::actor(&actor), id).await?)
}

/// Who should have which role.
#[derive(Deserialize, ToSchema)]
struct UserRoleCreate {
    /// The user's number.
    #[serde(default)]
    #[schema(value_type = i64, required, example = 1)]
    user: Input,
    /// The role's number.
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
    match state.accounts.by_id(AccountId::new(id)).await {
        Ok(account) => Ok(Some(account.id)),
        Err(identity::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn role(state: &ApiState, pk: &Pk) -> Result<Option<RoleId>, Problem> {
    let Some(id) = pk.id() else {
        return Ok(None);
    };
    match state.roles.by_id(RoleId::new(id)).await {
        Ok(role) => Ok(Some(role.id)),
        Err(rbac::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// That a user has a role.
#[derive(Serialize, ToSchema)]
struct UserRoleOut {
    #[schema(example = 1)]
    id: i64,
    /// The user's number.
    #[schema(example = 1)]
    user: i64,
    /// The role's number.
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
