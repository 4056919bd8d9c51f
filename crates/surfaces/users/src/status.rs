//! `/api/users/status/`: liveness. Source: docs/contract/users.md «Status».

use crate::prelude::*;

/// Reports that the service is running.
///
/// No dependency is checked. `/readyz` reports whether the database is available.
#[utoipa::path(
    get, path = "/api/users/status/", tag = "users", operation_id = "users_status",
    responses((status = 200, description = "The service is running.", body = MessageOut)),
)]
pub(super) async fn status(_: Guard<Anyone>) -> Response {
    Ok(Reply::ok(&MessageOut::new("Service is running")))
}
