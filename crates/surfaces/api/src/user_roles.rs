//! `/api/user-roles/`: assignments of roles to accounts. Source: docs/contract/api.md «User roles».

use loggia_http::{request::fields::Pk, response::moment};
use loggia_identity as identity;
use loggia_kernel::AccountId;
use loggia_rbac::{self as rbac, Assignment, AssignmentField, AssignmentId, RoleId};

use super::{path::id_in, permission::ManageUserRoles};
use crate::prelude::*;

type CanManage = RequirePermission<ManageUserRoles>;

/// Lists the assignments of roles to users.
///
/// `search` covers names of roles. `ordering` accepts `id`, `user`, `role` and `created_at`.
#[utoipa::path(
    get, path = "/api/user-roles/", tag = "user-roles", operation_id = "api_user_roles_list",
    params(ListParams),
    responses((status = 200, description = "The assignments.", body = [UserRoleOut])),
)]
pub(super) async fn list(_: Guard<CanManage>, state: State, query: ListQuery) -> Response {
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
    post, path = "/api/user-roles/", tag = "user-roles", operation_id = "api_user_roles_create",
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
)]
pub(super) async fn create(caller: Guard<CanManage>, state: State, body: Body) -> Response {
    let sent = body.read::<UserRoleCreate>().await?;
    let (user, role) = sent.check(&state).await?;
    let assignment =
        state.role_assignment.assign(&mut state.work(), &caller.caller, user, role).await?;
    Ok(Reply::created(&UserRoleOut::from(assignment)))
}

/// Returns an assignment.
#[utoipa::path(
    get, path = "/api/user-roles/{id}/", tag = "user-roles", operation_id = "api_user_roles_retrieve",
    params(("id" = i64, Path, description = "The assignment's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The assignment.", body = UserRoleOut),
        (status = 404, description = "The assignment does not exist."),
    ),
)]
pub(super) async fn retrieve(_: Guard<CanManage>, state: State, id: Path<String>) -> Response {
    let id = AssignmentId::new(id_in(&id)?);
    let assignment = state.assignments.by_id(&mut state.work(), id).await?;
    Ok(Reply::ok(&UserRoleOut::from(assignment)))
}

/// Removes a role from a user.
///
/// The removal takes effect at once. Callers cannot remove a role that contains a permission they do not have.
#[utoipa::path(
    delete, path = "/api/user-roles/{id}/", tag = "user-roles", operation_id = "api_user_roles_destroy",
    params(("id" = i64, Path, description = "The assignment's id.", minimum = 1, example = 1)),
    responses(
        (status = 204, description = "The role was removed from the user."),
        (status = 404, description = "The assignment does not exist."),
    ),
)]
pub(super) async fn destroy(caller: Guard<CanManage>, state: State, id: Path<String>) -> Response {
    let id = AssignmentId::new(id_in(&id)?);
    state.role_assignment.remove(&mut state.work(), &caller.caller, id).await?;
    Ok(Reply::no_content())
}

/// A new assignment.
#[derive(Deserialize, ToSchema)]
struct UserRoleCreate {
    /// The user's id.
    user: Required<Pk>,
    /// The role's id.
    role: Required<Pk>,
}

impl UserRoleCreate {
    async fn check(self, state: &ApiState) -> Result<(AccountId, RoleId), Problem> {
        let mut errors = FieldErrors::default();
        let user = self.user(state, &mut errors).await?;
        let role = self.role(state, &mut errors).await?;
        match (user, role) {
            (Some(user), Some(role)) => Ok(errors.or((user, role))?),
            _ => Err(errors.into()),
        }
    }

    async fn user(
        &self,
        state: &ApiState,
        errors: &mut FieldErrors,
    ) -> Result<Option<AccountId>, Problem> {
        let Some(pk) = self.user.read(errors) else {
            return Ok(None);
        };
        if let Some(id) = pk.id() {
            let id = AccountId::new(id);
            match state.accounts.by_id(&mut state.work(), id).await {
                Ok(account) => return Ok(Some(account.id)),
                Err(identity::Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.user.add(errors, pk.unknown());
        Ok(None)
    }

    async fn role(
        &self,
        state: &ApiState,
        errors: &mut FieldErrors,
    ) -> Result<Option<RoleId>, Problem> {
        let Some(pk) = self.role.read(errors) else {
            return Ok(None);
        };
        if let Some(id) = pk.id() {
            let id = RoleId::new(id);
            match state.roles.by_id(&mut state.work(), id).await {
                Ok(role) => return Ok(Some(role.id)),
                Err(rbac::Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.role.add(errors, pk.unknown());
        Ok(None)
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
