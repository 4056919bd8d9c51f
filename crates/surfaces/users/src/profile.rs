//! `/api/users/profile/`: the caller's own account. Source: docs/contract/users.md «Profile».

use actix_web::get;

use super::{success::SuccessOut, user::UserOut};
use crate::Users;
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::Envelope,
    response::{Reply, Response},
};

/// Returns the caller's account.
#[utoipa::path(
    tag = "users",
    operation_id = "users_profile",
    responses((
        status = 200,
        description = "The caller's account.",
        body = SuccessOut<UserOut>,
        example = json!({
            "status": "success",
            "message": "Profile retrieved successfully",
            "data": {
                "id": 1,
                "email": "user@example.com",
                "first_name": "John",
                "last_name": "Doe",
                "company_name": "My Company",
            },
        }),
    )),
    security(("bearer" = [])),
)]
#[get("/api/users/profile/")]
pub(super) async fn profile(caller: Caller<Users>) -> Response<Envelope> {
    let SignedIn { caller, .. } = caller.required()?;
    let user = UserOut::from(caller.account);
    Ok(Reply::ok(&SuccessOut::new(
        "Profile retrieved successfully",
        user,
    )))
}
