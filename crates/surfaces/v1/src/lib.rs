#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod accounts;
mod contacts;
mod email_change;
mod emails;
mod health;
mod ids;
mod orgs;
mod page;
mod passwords;
mod profile;
mod read;
mod state;
mod tags;
mod tokens;
mod usernames;

use actix_web::web;
use loggia_http::{
    Surface,
    auth::Credential,
    dialect::Ninja,
    email::EmailTemplate,
    error::{AuthFault, Problem, Refusal},
    openapi,
};
use loggia_identity as identity;
use loggia_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub use self::state::V1State;

/// The surface `v1`: the paths below `/api/v1/`.
pub struct V1;

/// The caller of an operation that belongs to an organization.
type Tenant = loggia_http::auth::Tenant<V1>;

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

    fn routes(config: &mut ServiceConfig<'_>) {
        config
            .service(tokens::pair)
            .service(tokens::refresh)
            .service(tokens::verify)
            .service(accounts::register)
            .service(accounts::logout)
            .service(accounts::delete)
            .service(passwords::change)
            .service(email_change::change)
            .service(email_change::verify)
            .service(passwords::request_reset)
            .service(passwords::confirm_reset)
            .service(profile::retrieve)
            .service(profile::update)
            .service(usernames::check)
            .service(usernames::update)
            .service(health::check)
            .configure(orgs::routes)
            .configure(contacts::routes)
            .configure(tags::routes);
    }

    fn undocumented_routes(config: &mut web::ServiceConfig) {
        openapi::mount_swagger_page(config, "/api/v1/docs", "Loggia: v1", DOCUMENT);
    }

    fn email_templates() -> &'static [EmailTemplate] {
        &emails::ALL
    }
}

/// A message about the result.
#[derive(Serialize, ToSchema)]
struct NoticeOut {
    #[schema(example = "Password changed successfully.")]
    detail: &'static str,
}

/// Formats a time: UTC, with microseconds. Source: docs/contract/v1.md «Request bodies».
fn moment(moment: Timestamp) -> String {
    moment.to_rfc3339()
}

/// Converts errors of the identity domain to this surface's messages.
///
/// [`identity::Error::NotFound`] means the caller's own account: it was deleted while the request was served, so the
/// caller gets the error that the next request would get.
fn refused(error: identity::Error) -> Problem {
    use identity::{Error as E, LinkError, TokenError};
    match error {
        E::NotFound => AuthFault::AccessToken(TokenError::UnknownAccount).into(),
        E::WeakPassword(weaknesses) => Refusal::WeakPassword(weaknesses).into(),
        E::WrongPassword => Refusal::WrongOldPassword.into(),
        E::InvalidLink(LinkError::Invalid) => Refusal::BadLink.into(),
        E::InvalidLink(LinkError::Expired) => Refusal::ExpiredLink.into(),
        error => error.into(),
    }
}

/// Like [`refused`], with the given message for a value that another account has.
fn refused_or(taken: Refusal) -> impl FnOnce(identity::Error) -> Problem {
    move |error| match error {
        identity::Error::Taken { .. } => taken.into(),
        error => refused(error),
    }
}

#[cfg(test)]
mod tests;
