//! `/auth/`: the API description's operations, and the others of djoser 2.3.5.
//! Source: docs/contract/README.md «djoser routes beyond the description».

mod activation;
mod detail;
mod jwt;
mod link;
mod me;
mod password;
mod proof;
mod root;
mod token;
mod username;
mod users;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// All of its handlers: routing and document come from this list.
///
/// What is named by a word stands before what is named by a number.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(users::register)
        .service(token::login)
        .service(token::logout)
        .service(me::retrieve_me)
        .service(me::update_me)
        .service(me::partial_update_me)
        .service(me::destroy_me)
        .service(password::set_password)
        .service(password::reset_password)
        .service(password::reset_password_confirm)
        .service(jwt::create)
        .service(jwt::refresh)
        .service(jwt::verify)
        .service(username::set_username)
        .service(username::reset_username)
        .service(username::reset_username_confirm)
        .service(activation::activation)
        .service(activation::resend_activation)
        .service(users::list)
        .service(detail::retrieve)
        .service(detail::update)
        .service(detail::partial_update)
        .service(detail::destroy)
        .service(root::root)
        .route(jwt::OVERLONG, web::to(jwt::overlong));
}
