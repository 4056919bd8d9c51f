//! Whether the process lives, and whether it can serve.

use actix_web::{HttpResponse, get, web::Data};
use loggia_db::Db;
use serde_json::json;

/// The process answers; nothing else is looked at.
#[get("/healthz")]
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// The database answers. That its schema is the one that this program expects was made sure of before it began to serve.
#[get("/readyz")]
pub(crate) async fn ready(db: Data<Db>) -> HttpResponse {
    match db.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ok", "database": "ok" })),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable()
                .json(json!({ "status": "unavailable", "database": "unavailable" }))
        }
    }
}
