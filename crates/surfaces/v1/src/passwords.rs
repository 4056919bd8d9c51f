//! `/api/v1/auth/change-password` and `/api/v1/auth/password-reset/...`.
//!
//! Source: docs/contract/v1.md «Password change», «Password reset».

use loggia_identity::{EmailKind, PasswordReset, passwords};
use loggia_kernel::Email;

use crate::prelude::*;
use crate::{emails, fields::not_empty};
use loggia_http::{
    middleware::ClientAddress,
    request::fields::strict::{Password, Text},
    throttling::site,
};

/// Changes the caller's password.
///
/// All other sessions of the account end, unless the server runs with `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    post, path = "/api/v1/auth/change-password", tag = "auth", request_body = PasswordChange,
    responses((status = 200, body = NoticeOut, description = "The password was changed.")),
)]
pub(super) async fn change_password(
    guard: Guard<Authenticated>,
    state: State,
    body: Body,
) -> Response {
    let (old, new) = body.read_or_empty::<PasswordChange>().await?.check()?;
    let (passwords, work) = (&state.passwords, &mut state.work());
    let outcome = passwords.change(work, &guard.caller, &old, &new, guard.address).await;
    outcome.map_err(errors::problem)?;
    notice("Password changed successfully.")
}

/// Sends an email with a link to reset the password.
///
/// The response is the same whether or not an account has the address. At most three requests per hour for an address.
#[utoipa::path(
    post, path = "/api/v1/auth/password-reset/request", tag = "auth", request_body = PasswordResetRequest,
    responses((status = 200, body = NoticeOut, description = "An email is sent if an account has the address.")),
)]
pub(super) async fn request_password_reset(
    _: Guard<Anyone>,
    ClientAddress(address): ClientAddress,
    state: State,
    body: Body,
) -> Response {
    let (throttles, rates) = (&state.throttles, &state.rates);
    let site = site(address);
    throttles.count("v1 password resets", rates.password_reset_site, &site)?;
    let sent = body.read_or_empty::<PasswordResetRequest>().await?;
    if let Some(key) = sent.throttle_key(&site) {
        throttles.count("v1 password reset", rates.password_reset, &key)?;
    }
    let work = &mut state.work();
    if let Ok(email) = Email::parse_lowercase(&sent.email.read_alone()?) {
        let email = emails::PASSWORD_RESET.request(EmailKind::PasswordReset(email));
        state.one_time.request(work, &email).await?;
    }
    notice("If the email exists, a password reset link has been sent.")
}

/// Sets a new password with the token of an emailed link.
///
/// A token can be used once, within two hours. A newer request replaces it.
#[utoipa::path(
    post, path = "/api/v1/auth/password-reset/confirm", tag = "auth", request_body = PasswordResetConfirm,
    responses((status = 200, body = NoticeOut, description = "The password was changed.")),
)]
pub(super) async fn confirm_password_reset(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let sent = body.read_or_empty::<PasswordResetConfirm>().await?;
    let (token, password) = sent.check()?;
    let reset = PasswordReset { token: &token, owner: None, password: &password };
    let work = &mut state.work();
    let outcome = state.one_time.reset_password(work, reset).await;
    outcome.map_err(errors::problem)?;
    notice("Password has been reset successfully.")
}

#[derive(Deserialize, ToSchema)]
struct PasswordChange {
    /// Example: `s3cret-pass`
    old_password: Required<Password<0>>,
    /// Example: `another-pass`
    new_password: Required<Password>,
}

impl PasswordChange {
    fn check(&self) -> Result<(passwords::Password, passwords::Password), Problem> {
        let mut errors = FieldErrors::default();
        let old = self.old_password.read(&mut errors);
        let new = self.new_password.read(&mut errors);
        match (old, new) {
            (Some(old), Some(new)) => Ok((old, not_empty(new)?)),
            _ => Err(errors.into()),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct PasswordResetRequest {
    /// Example: `jane.doe@ex.com`
    email: Required<Text>,
}

impl PasswordResetRequest {
    /// Returns the key of the throttle: client address and email address. Longer texts are cut to the longest possible
    /// address, to bound the memory of a key.
    fn throttle_key(&self, site: &str) -> Option<String> {
        let Input::Text(email) = self.email.input() else {
            return None;
        };
        let email = email.trim().to_lowercase();
        let email: String = email.chars().take(Email::MAX_CHARS).collect();
        Some(format!("{site} {email}"))
    }
}

#[derive(Deserialize, ToSchema)]
struct PasswordResetConfirm {
    /// The token of the emailed link. Example: `UfTqV0kNw3m2Jr9sLx8bYc4dHg6aPe1zQi5oRu7tKvE`
    token: Required<Text>,
    /// Example: `another-pass`
    new_password: Required<Password>,
}

impl PasswordResetConfirm {
    fn check(&self) -> Result<(String, passwords::Password), Problem> {
        let mut errors = FieldErrors::default();
        let token = self.token.read(&mut errors);
        let password = self.new_password.read(&mut errors);
        match (token, password) {
            (Some(token), Some(password)) => Ok((token, not_empty(password)?)),
            _ => Err(errors.into()),
        }
    }
}
