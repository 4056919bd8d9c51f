//! `/api/v1/health`. Source: docs/contract/v1.md «Health check».

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use loggia_http::{
    dialect::Ninja,
    response::{Reply, Response},
};

/// Says that the service answers.
#[utoipa::path(
    tag = "health",
    operation_id = "v1_health",
    responses((status = 200, body = HealthOut, description = "It does.")),
)]
#[get("/api/v1/health")]
pub(super) async fn check() -> Response<Ninja> {
    Ok(Reply::ok(&HealthOut { status: "ok" }))
}

/// How the service is.
#[derive(Serialize, ToSchema)]
struct HealthOut {
    #[schema(example = "ok")]
    status: &'static str,
}
