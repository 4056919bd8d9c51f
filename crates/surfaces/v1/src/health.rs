//! `/api/v1/health`. Source: docs/contract/v1.md «Health check».

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use loggia_http::{
    dialect::Ninja,
    response::{Reply, Response},
};

/// Reports that the service is running.
#[utoipa::path(
    tag = "health",
    operation_id = "v1_health",
    responses((status = 200, body = HealthOut, description = "The service is running.")),
)]
#[get("/api/v1/health")]
pub(super) async fn check() -> Response<Ninja> {
    Ok(Reply::ok(&HealthOut { status: "ok" }))
}

/// The state of the service.
#[derive(Serialize, ToSchema)]
struct HealthOut {
    #[schema(example = "ok")]
    status: &'static str,
}
