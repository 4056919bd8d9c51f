#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod activation;
mod detail;
pub mod emails;
mod jwt;
mod link;
mod me;
mod password;
mod proof;
mod root;
mod state;
mod token;
mod username;
mod users;

use actix_web::web;
use loggia_http::{
    Surface,
    auth::{Credential, Handlers},
    dialect::Drf,
    email::EmailTemplate,
    error::AuthFault,
};
use utoipa_actix_web::service_config::ServiceConfig;

pub use self::state::DjoserState;

/// The surface `djoser`: the paths below `/auth/`.
pub struct Djoser;

impl Surface for Djoser {
    type Dialect = Drf;

    const NAME: &'static str = "djoser";
    const PREFIXES: &'static [&'static str] = &["/auth/"];
    const TITLE: &'static str = "Loggia: djoser";
    const DESCRIPTION: &'static str = "\
        Accounts, login with opaque tokens and JWTs, profile, password reset and username reset under \
        `/auth/`, compatible with djoser 2.3.5. The opaque token of `/auth/token/login/` is valid for \
        these paths only; JWTs are valid on every API of this server.";
    const CREDENTIALS: &'static str = "\
        Send `Authorization: Bearer <token>` with the `auth_token` of `/auth/token/login/` or the \
        `access` token of `/auth/jwt/create/`. `Authorization: Token <auth_token>` is accepted too.";
    const DOCUMENT_PATH: &'static str = "/openapi/djoser.json";
    // The paths of djoser's router. Source: djoser 2.3.5, `urls/base.py`; DRF 3.18, `routers.py`, `DefaultRouter`.
    const FORMAT_SUFFIX_PREFIXES: &'static [&'static str] = &["/auth/users", "/auth/."];
    // djoser's view set checks credentials before the method.
    // Source: docs/contract/djoser.md «Differences from djoser».
    const PROTECTED_UNKNOWN_METHODS: &'static [&'static str] = &["/auth/users/"];

    /// Accepts the schemes `Bearer` and `Token`. After `Bearer`, a token with two dots is a JWT; any other is opaque.
    ///
    /// Source: docs/contract/drf.md «Authentication errors».
    fn credential(header: Option<&str>) -> Credential<'_> {
        let mut words = header.unwrap_or_default().split_ascii_whitespace();
        let scheme = words.next().unwrap_or_default();
        if scheme != "Bearer" && !scheme.eq_ignore_ascii_case("token") {
            return Credential::None;
        }
        match (words.next(), words.next()) {
            (None, _) => Credential::Faulty(AuthFault::NoToken),
            (Some(_), Some(_)) => Credential::Faulty(AuthFault::TokenWithSpaces),
            (Some(token), None) if token.split('.').count() == 3 && scheme == "Bearer" => {
                Credential::Signed(token)
            }
            (Some(token), None) => Credential::Opaque(token),
        }
    }

    /// Registers literal paths before patterns that match them.
    fn routes(config: &mut ServiceConfig<'_>) {
        config
            .handler(users::register, users::__path_register)
            .service(token::login)
            .service(token::logout)
            .service(me::retrieve_me)
            .service(me::replace_me)
            .service(me::update_me)
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
            .handler(users::list, users::__path_list)
            .service(detail::retrieve)
            .service(detail::replace)
            .service(detail::update)
            .service(detail::destroy)
            .service(root::root);
    }

    fn undocumented_routes(config: &mut web::ServiceConfig) {
        config.route(jwt::OVERLONG, web::to(jwt::overlong));
    }

    fn email_templates() -> &'static [EmailTemplate] {
        &emails::ALL
    }
}

#[cfg(test)]
mod tests;
