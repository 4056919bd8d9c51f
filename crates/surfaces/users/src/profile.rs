//! `/api/users/profile/`: the caller's own account. Source: docs/contract/users.md «Profile».

use crate::prelude::*;

/// Returns the caller's account.
#[utoipa::path(
    get, path = "/api/users/profile/", tag = "users", operation_id = "users_profile_retrieve",
    responses(
        (status = 200, description = "The caller's account. `message`: `Profile retrieved successfully`", body = SuccessOut<UserOut>),
    ),
)]
pub(super) async fn retrieve(guard: Guard<Authenticated>) -> Response {
    let user = UserOut::from(guard.into_inner().caller.account);
    let reply = SuccessOut::new("Profile retrieved successfully", user);
    Ok(Reply::ok(&reply))
}
