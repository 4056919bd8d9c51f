//! `/api/v1/auth/email`: a change of the email address, confirmed by an email to the new address.
//!
//! Source: docs/contract/v1.md «Email change».

use loggia_identity::{EmailKind, UniqueValues};

use crate::prelude::*;
use crate::{emails, fields::lowercase_email};
use loggia_http::request::fields::strict::{EmailText, Text};

/// Requests a change of the caller's email address.
///
/// An email with a link goes to the new address. The old address stays until the link is used. At most three requests
/// per hour.
#[utoipa::path(
    patch, path = "/api/v1/auth/email", tag = "auth", request_body = EmailUpdate,
    responses((status = 200, body = NoticeOut, description = "An email was sent to the new address.")),
)]
pub(super) async fn update_email(
    guard: Guard<Authenticated>,
    state: State,
    body: Body,
) -> Response {
    let account = &guard.caller.account;
    let (throttles, rate) = (&state.throttles, state.rates.email_change);
    throttles.count("v1 email change", rate, account.public_id.as_str())?;
    let sent = body.read_or_empty::<EmailUpdate>().await?;
    let new_email = lowercase_email(&sent.email.read_alone()?)?;
    let wanted = UniqueValues {
        email: Some(&new_email),
        except: Some(account.id),
        ..UniqueValues::default()
    };
    let work = &mut state.work();
    if !state.accounts.taken(work, wanted).await?.is_empty() {
        return Err(errors::EMAIL_TAKEN.into());
    }
    let account = account.id;
    let email = emails::EMAIL_CHANGE.request(EmailKind::EmailChange { account, new_email });
    state.one_time.request(work, &email).await?;
    notice("Verification email sent. Please check your new address.")
}

/// Changes the account's email address with the token of an emailed link.
///
/// A token can be used once, within 24 hours. A newer request replaces it.
#[utoipa::path(
    get, path = "/api/v1/auth/email/verify", tag = "auth", params(QueryFields<EmailVerification>),
    responses(
        (status = 200, body = NoticeOut, description = "The email address was changed."),
        (status = 400, body = NinjaErrorOut, description = "The token is missing, invalid or expired, or another account has the address by now."),
    ),
)]
pub(super) async fn verify_email(
    _: Guard<Anyone>,
    state: State,
    query: QueryFields<EmailVerification>,
) -> Response {
    let token = query.read()?.token.read_alone()?;
    let work = &mut state.work();
    let outcome = state.one_time.change_email(work, &token).await;
    outcome.map_err(errors::problem_or(errors::EMAIL_TAKEN_BEFORE_CONFIRMATION))?;
    notice("Email address updated successfully.")
}

#[derive(Deserialize, ToSchema)]
struct EmailUpdate {
    /// At most 254 characters; unique regardless of case. Example: `new@ex.com`
    email: Required<EmailText>,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct EmailVerification {
    /// The token of the emailed link.
    token: Required<Text>,
}
