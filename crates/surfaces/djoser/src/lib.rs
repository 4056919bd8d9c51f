#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod activation;
mod current_password;
mod detail;
pub mod emails;
mod errors;
mod jwt;
mod link;
mod me;
mod password;
mod prelude;
mod root;
mod state;
mod token;
mod username;
mod users;

use actix_web::web;
use loggia_http::{
    Routes, Surface, auth::Credential, dialect::Drf, email::EmailTemplate, error::AuthFault,
};

pub use self::state::{Djoser, DjoserState};

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
    fn routes(list: &mut Routes<'_>) {
        list.handler(users::register, users::__path_register)
            .handler(token::login, token::__path_login)
            .handler(token::logout, token::__path_logout)
            .handler(me::retrieve, me::__path_retrieve)
            .handler(me::replace, me::__path_replace)
            .handler(me::update, me::__path_update)
            .handler(me::destroy, me::__path_destroy)
            .handler(password::set, password::__path_set)
            .handler(password::request_reset, password::__path_request_reset)
            .handler(password::confirm_reset, password::__path_confirm_reset)
            .handler(jwt::create, jwt::__path_create)
            .handler(jwt::refresh, jwt::__path_refresh)
            .handler(jwt::verify, jwt::__path_verify)
            .handler(username::set, username::__path_set)
            .handler(username::request_reset, username::__path_request_reset)
            .handler(username::confirm_reset, username::__path_confirm_reset)
            .handler(activation::activate, activation::__path_activate)
            .handler(activation::resend, activation::__path_resend)
            .handler(users::list, users::__path_list)
            .handler(detail::retrieve, detail::__path_retrieve)
            .handler(detail::replace, detail::__path_replace)
            .handler(detail::update, detail::__path_update)
            .handler(detail::destroy, detail::__path_destroy)
            .handler(root::root, root::__path_root);
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
