//! `/api/v1/health`. Source: docs/contract/v1.md «Health check».

use crate::prelude::*;

/// Reports that the service is running.
#[utoipa::path(get, path = "/api/v1/health", tag = "health", responses((status = 200, body = HealthOut)))]
pub(super) async fn check(_: Guard<Anyone>) -> Response {
    Ok(Reply::ok(&HealthOut { status: "ok" }))
}

/// The state of the service.
#[derive(Serialize, ToSchema)]
struct HealthOut {
    #[schema(example = "ok")]
    status: &'static str,
}
