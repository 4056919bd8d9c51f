//! The surface `v1`: accounts as a Django Ninja starter has them.
//!
//! Source: docs/contract/v1.md «Operations».

mod accounts;
mod contacts;
mod emails;
mod health;
mod ids;
mod orgs;
mod page;
mod passwords;
mod profile;
mod read;
mod tags;
mod tokens;
mod usernames;

use loggia_identity as identity;
use loggia_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::{AuthFault, Problem, Refusal};

/// All of its handlers: routing and document come from this list.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(tokens::pair)
        .service(tokens::refresh)
        .service(tokens::verify)
        .service(accounts::register)
        .service(accounts::logout)
        .service(accounts::delete)
        .service(passwords::change)
        .service(emails::change)
        .service(emails::verify)
        .service(passwords::request_reset)
        .service(passwords::confirm_reset)
        .service(profile::retrieve)
        .service(profile::update)
        .service(usernames::check)
        .service(usernames::change)
        .service(health::check)
        .configure(orgs::routes)
        .configure(contacts::routes)
        .configure(tags::routes);
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
