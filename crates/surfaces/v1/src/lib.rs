#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod accounts;
mod contacts;
mod email_change;
mod emails;
mod errors;
mod fields;
mod health;
mod ids;
mod orgs;
mod page;
mod passwords;
mod paths;
mod prelude;
mod profile;
mod responses;
mod state;
mod tags;
mod tokens;
mod usernames;

use actix_web::web;
use loggia_http::{
    Routes, Surface, auth::Credential, dialect::Ninja, email::EmailTemplate, openapi,
};

pub use self::state::{V1, V1State};

/// Another path of the document. Source: docs/contract/v1.md «Paths».
const DOCUMENT: &str = "/api/v1/openapi.json";

impl Surface for V1 {
    type Dialect = Ninja;

    const NAME: &'static str = "v1";
    const PREFIXES: &'static [&'static str] = &["/api/v1/"];
    // Source for title and version: docs/contract/v1.md «Paths».
    const TITLE: &'static str = "Django API Starter";
    const VERSION: &'static str = "v1";
    const DESCRIPTION: &'static str = "\
        Accounts, organizations, contacts and tags under `/api/v1/`, compatible with a Django Ninja \
        starter application. Objects are named by slug; only tags have numeric ids.";
    const CREDENTIALS: &'static str = "The access token of `/api/v1/token/pair`.";
    const DOCUMENT_PATH: &'static str = "/openapi/v1.json";
    const DOCUMENT_ALIASES: &'static [&'static str] = &[DOCUMENT];
    const NOT_FOUND: &'static str = "The resource does not exist, or it belongs to an organization that the caller is not a member of.";
    const PAGE_PREFIXES: &'static [&'static str] = &["/api/v1/docs"];

    /// Accepts the scheme `Bearer` in any case; the rest of the header is the token.
    ///
    /// Source: docs/contract/v1.md «Authentication».
    fn credential(header: Option<&str>) -> Credential<'_> {
        let header = header.unwrap_or_default().trim();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            Credential::Signed(token.trim())
        } else {
            Credential::None
        }
    }

    /// Registers literal paths before patterns that match them.
    fn routes(list: &mut Routes<'_>) {
        list.handler(tokens::pair, tokens::__path_pair)
            .handler(tokens::refresh, tokens::__path_refresh)
            .handler(tokens::verify, tokens::__path_verify)
            .handler(accounts::register, accounts::__path_register)
            .handler(accounts::logout, accounts::__path_logout)
            .handler(accounts::destroy_account, accounts::__path_destroy_account)
            .handler(passwords::change_password, passwords::__path_change_password)
            .handler(email_change::update_email, email_change::__path_update_email)
            .handler(email_change::verify_email, email_change::__path_verify_email)
            .handler(passwords::request_password_reset, passwords::__path_request_password_reset)
            .handler(passwords::confirm_password_reset, passwords::__path_confirm_password_reset)
            .handler(profile::retrieve_me, profile::__path_retrieve_me)
            .handler(profile::update_me, profile::__path_update_me)
            .handler(usernames::check_username, usernames::__path_check_username)
            .handler(usernames::update_username, usernames::__path_update_username)
            .handler(health::check, health::__path_check)
            .handler(orgs::list, orgs::__path_list)
            .handler(orgs::create, orgs::__path_create)
            .handler(orgs::retrieve, orgs::__path_retrieve)
            .handler(orgs::update, orgs::__path_update)
            .handler(orgs::destroy, orgs::__path_destroy)
            .handler(orgs::members::list, orgs::members::__path_list)
            .handler(orgs::members::create, orgs::members::__path_create)
            .handler(orgs::members::update, orgs::members::__path_update)
            .handler(orgs::members::destroy, orgs::members::__path_destroy)
            .handler(contacts::list::list, contacts::list::__path_list)
            .handler(contacts::create::create, contacts::create::__path_create)
            .handler(contacts::detail::retrieve, contacts::detail::__path_retrieve)
            .handler(contacts::detail::replace, contacts::detail::__path_replace)
            .handler(contacts::detail::update, contacts::detail::__path_update)
            .handler(contacts::detail::destroy, contacts::detail::__path_destroy)
            .handler(tags::organization::list, tags::organization::__path_list)
            .handler(tags::organization::create, tags::organization::__path_create)
            .handler(tags::organization::search, tags::organization::__path_search)
            .handler(tags::organization::retrieve, tags::organization::__path_retrieve)
            .handler(tags::organization::update, tags::organization::__path_update)
            .handler(tags::organization::destroy, tags::organization::__path_destroy)
            .handler(tags::objects::list_of_object, tags::objects::__path_list_of_object)
            .handler(tags::objects::assign, tags::objects::__path_assign)
            .handler(tags::objects::unassign_all, tags::objects::__path_unassign_all)
            .handler(tags::objects::unassign, tags::objects::__path_unassign);
    }

    fn undocumented_routes(config: &mut web::ServiceConfig) {
        openapi::mount_swagger_page(config, "/api/v1/docs", "Loggia: v1", DOCUMENT);
    }

    fn email_templates() -> &'static [EmailTemplate] {
        &emails::ALL
    }
}

#[cfg(test)]
mod tests;
