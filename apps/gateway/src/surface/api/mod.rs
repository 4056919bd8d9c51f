//! Seeds 000 and 004, `/api/`: so far `/api/auth/`, on which the two agree.
//!
//! One answer serves both where they share a path. Source: contract/drf.md 8.1.

mod passwords;
mod profile;
mod register;
mod sessions;

use utoipa_actix_web::service_config::ServiceConfig;

/// All of its handlers: routing and document come from this list.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(register::register)
        .service(sessions::login)
        .service(sessions::refresh_access)
        .service(sessions::logout)
        .service(profile::me)
        .service(profile::replace_me)
        .service(profile::update_me)
        .service(profile::profile)
        .service(profile::replace_profile)
        .service(profile::update_profile)
        .service(passwords::change)
        .service(passwords::request_reset)
        .service(passwords::confirm_reset);
}
