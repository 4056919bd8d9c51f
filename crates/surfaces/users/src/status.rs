//! `/api/users/status/`: whether somebody is there. Source: docs/contract/users.md «Status».

use actix_web::get;

use super::success::MessageOut;
use loggia_http::{
    dialect::Envelope,
    response::{Reply, Response},
};

/// Tells that the service runs.
///
/// Looks at nothing: `/readyz` says whether the database answers.
#[utoipa::path(
    tag = "users",
    operation_id = "users_status",
    responses((status = 200, description = "The service runs.", body = MessageOut)),
)]
#[get("/api/users/status/")]
pub(super) async fn status() -> Response<Envelope> {
    Ok(Reply::ok(&MessageOut::new("Service is running")))
}
