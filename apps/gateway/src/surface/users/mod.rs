//! The surface `users`, `/api/users/<word>/`: accounts and their log-in, every answer in an envelope.
//!
//! Only these words are served here; any other segment is not this surface's.
//! Source: docs/contract/users.md «Operations».

mod profile;
mod register;
mod sessions;
mod status;
mod success;
mod user;

use utoipa_actix_web::service_config::ServiceConfig;

/// All of its handlers: routing and document come from this list.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(status::status)
        .service(register::register)
        .service(sessions::login)
        .service(sessions::logout)
        .service(sessions::refresh_token)
        .service(profile::profile);
}
