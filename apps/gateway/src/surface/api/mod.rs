//! The surface `api`.

use utoipa_actix_web::service_config::ServiceConfig;

/// All of its handlers: routing and document come from this list.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
