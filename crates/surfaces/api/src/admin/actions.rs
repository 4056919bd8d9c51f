//! `/api/auth/admin/users/{id}/toggle_active/` and `change_role/`.
//! Source: docs/contract/api.md «Admin users», «Roles of accounts».

use loggia_application::{AccountChange, AccountRole};
use loggia_http::request::fields::Choice;

use super::{authority, changeable};
use crate::{account_fields::find_role, path::account_id_in, prelude::*, profile::ProfileOut};

/// Deactivates an active account, or activates an inactive one.
///
/// The request body is ignored. Deactivation ends the account's sessions. Callers cannot deactivate their own account.
#[utoipa::path(
    post, path = "/api/auth/admin/users/{id}/toggle_active/", tag = "admin",
    operation_id = "api_admin_users_toggle_active",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "The account is the caller's own, the last active superuser, or the only active owner of an organization with other members.",
            body = DetailOut,
            example = json!({
                "detail": "You cannot deactivate, delete or change the role of your own account.",
            }),
        ),
    ),
)]
pub(crate) async fn toggle_active(
    caller: Guard<RequireAdmin>,
    state: State,
    id: Path<String>,
) -> Response {
    let id = account_id_in(&id)?;
    let accounts = &state.account_management;
    let account = accounts.toggle_active(&mut state.work(), authority(&caller), id).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes an account's role.
///
/// `role` is `user`, `admin` or the name of a role, regardless of case. `admin` also assigns the built-in role `Admin`,
/// another name assigns the role of that name, and the role that belonged to the former value is removed. Callers
/// cannot grant a permission that they do not have, or change their own role.
#[utoipa::path(
    post, path = "/api/auth/admin/users/{id}/change_role/", tag = "admin",
    operation_id = "api_admin_users_change_role",
    params(("id" = i64, Path, description = "The account's id.", example = 1)), request_body = ChangeRole,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "The role does not exist.",
            body = FieldErrorsOut,
            example = json!({ "role": ["\"emperor\" is not a valid choice."] }),
        ),
    ),
)]
pub(crate) async fn change_role(
    caller: Guard<RequireAdmin>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    let before = changeable(&caller, &state, &id).await?;
    let change = AccountChange {
        role: Some(body.read::<ChangeRole>().await?.check(&state).await?),
        ..AccountChange::default()
    };
    let accounts = &state.account_management;
    let account = accounts.update(&mut state.work(), authority(&caller), before.id, change).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// The new role of an account.
#[derive(Deserialize, ToSchema)]
struct ChangeRole {
    /// `user`, `admin` or the name of a role. Example: `admin`
    role: Required<Choice>,
}

impl ChangeRole {
    async fn check(self, state: &ApiState) -> Result<AccountRole, Problem> {
        let mut errors = FieldErrors::default();
        let name = self.role.read(&mut errors);
        let role = find_role(state, name, &self.role, &mut errors).await?;
        role.ok_or_else(|| errors.into())
    }
}
