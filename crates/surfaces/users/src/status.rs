//! `/api/users/status/`: liveness. Source: docs/contract/users.md «Status».

use actix_web::get;

use super::success::MessageOut;
use loggia_http::{
    dialect::Envelope,
    response::{Reply, Response},
};

/// Reports that the service is running.
///
/// No dependency is checked. `/readyz` reports whether the database is available.
#[utoipa::path(
    tag = "users",
    operation_id = "users_status",
    responses((status = 200, description = "The service is running.", body = MessageOut)),
)]
#[get("/api/users/status/")]
pub(super) async fn status() -> Response<Envelope> {
    Ok(Reply::ok(&MessageOut::new("Service is running")))
}
