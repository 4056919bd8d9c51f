//! Health checks: liveness and readiness.

use actix_web::{HttpResponse, get, http::header::RETRY_AFTER, web::Data};
use loggia_db::Db;
use serde_json::json;

/// Liveness: responds as long as the process runs. Checks nothing else.
#[get("/healthz")]
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// Readiness: responds with 200 if the database responds and its file can be written. The schema was checked before the server started.
#[get("/readyz")]
pub(crate) async fn ready(db: Data<Db>) -> HttpResponse {
    match db.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ok", "database": "ok" })),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable()
                .insert_header((RETRY_AFTER, loggia_db::Error::RETRY_AFTER.as_secs()))
                .json(json!({ "status": "unavailable", "database": "unavailable" }))
        }
    }
}
