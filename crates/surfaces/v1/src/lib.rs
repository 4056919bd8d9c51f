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

/// The surface `v1`: `/api/v1/`.
pub struct V1;

/// The caller of an operation that belongs to an organization.
type Tenant = loggia_http::auth::Tenant<V1>;

/// A further path of the document. Source: docs/contract/v1.md «Paths».
const DOCUMENT: &str = "/api/v1/openapi.json";

impl Surface for V1 {
    type Dialect = Ninja;

    const NAME: &'static str = "v1";
    const PREFIXES: &'static [&'static str] = &["/api/v1/"];
    // Source: docs/contract/v1.md «Paths», for title and version.
    const TITLE: &'static str = "Django API Starter";
    const VERSION: &'static str = "v1";
    const DESCRIPTION: &'static str = "Loggia's face of the Django Ninja starter: accounts, organisations, contacts and tags under `/api/v1/`, without numeric ids.";
    const CREDENTIALS: &'static str = "An access token, as `/api/v1/token/pair` gives it.";
    const DOCUMENT_PATH: &'static str = "/openapi/v1.json";
    const DOCUMENT_ALIASES: &'static [&'static str] = &[DOCUMENT];

    /// Reads the scheme in any case; the rest is the token, whatever it is.
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

/// One sentence on what was done.
#[derive(Serialize, ToSchema)]
struct NoticeOut {
    #[schema(example = "Password changed successfully.")]
    detail: &'static str,
}

/// A moment as this surface writes it: UTC, with microseconds. Source: docs/contract/v1.md «Request bodies».
fn moment(moment: Timestamp) -> String {
    moment.to_rfc3339()
}

/// A refusal in the sentences that this surface has of its own.
///
/// An account that is not there is the caller's: it was deleted while his request was served, so he is told what he would
/// have been told a moment later.
fn refused(error: identity::Error) -> Problem {
    use identity::{Error as E, LinkFault, TokenFault};
    match error {
        E::NotFound => AuthFault::AccessToken(TokenFault::UnknownAccount).into(),
        E::Weak(weaknesses) => Refusal::WeakPassword(weaknesses).into(),
        E::WrongPassword => Refusal::WrongOldPassword.into(),
        E::BadLink(LinkFault::Invalid) => Refusal::BadLink.into(),
        E::BadLink(LinkFault::Expired) => Refusal::ExpiredLink.into(),
        error => error.into(),
    }
}

/// As [`refused`], with the sentence for a value that somebody else holds.
fn refused_or(taken: Refusal) -> impl FnOnce(identity::Error) -> Problem {
    move |error| match error {
        identity::Error::Taken { .. } => taken.into(),
        error => refused(error),
    }
}

#[cfg(test)]
mod tests;
