//! `/api/v1/auth/change-password` and `/api/v1/auth/password-reset/...`.
//!
//! Source: docs/contract/v1.md «Password change», «Password reset».

use actix_web::{post, web::Data};
use loggia_identity::{EmailKind, EmailRequest, PasswordReset, passwords::Password};
use loggia_kernel::Email;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NoticeOut, read, refused};
use crate::{V1, V1State, emails};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::Ninja,
    error::{FieldErrors, Problem},
    middleware::ClientAddress,
    request::{Body, Input, strict},
    response::{Reply, Response},
    throttling::site,
};

/// Changes the caller's password.
///
/// All other sessions of the account end, unless the server runs with `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_change_password",
    request_body = PasswordChange,
    responses((status = 200, body = NoticeOut, description = "The password was changed.")),
    security(("bearer" = [])),
)]
#[post("/api/v1/auth/change-password")]
pub(super) async fn change(
    caller: Caller<V1>,
    state: Data<V1State>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let SignedIn { caller, address } = caller.required()?;
    let (old, new) = read::fields::<PasswordChange>(body).await?.check()?;
    let outcome = state
        .passwords
        .change(&mut state.work(), &caller, &old, &new, address)
        .await;
    outcome.map_err(refused)?;
    Ok(Reply::ok(&NoticeOut {
        detail: "Password changed successfully.",
    }))
}

/// Sends an email with a link to reset the password.
///
/// The response is the same whether or not an account has the address. At most three requests per hour for an address.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_password_reset_request",
    request_body = PasswordResetRequest,
    responses((status = 200, body = NoticeOut, description = "An email is sent if an account has the address.")),
)]
#[post("/api/v1/auth/password-reset/request")]
pub(super) async fn request_reset(
    ClientAddress(address): ClientAddress,
    state: Data<V1State>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let site = site(address);
    state
        .throttles
        .count("v1 password resets", state.rates.password_reset_site, &site)?;
    let sent = read::fields::<PasswordResetRequest>(body).await?;
    if let Some(key) = sent.throttle_key(&site) {
        state
            .throttles
            .count("v1 password reset", state.rates.password_reset, &key)?;
    }
    if let Ok(email) = Email::parse_lowercase(&sent.check()?) {
        let letter = EmailRequest {
            template: emails::PASSWORD_RESET.name,
            kind: EmailKind::PasswordReset(email),
        };
        state.one_time.request(&mut state.work(), &letter).await?;
    }
    Ok(Reply::ok(&NoticeOut {
        detail: "If the email exists, a password reset link has been sent.",
    }))
}

/// Sets a new password with the token of an emailed link.
///
/// A token can be used once, within two hours. A newer request replaces it.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_password_reset_confirm",
    request_body = PasswordResetConfirm,
    responses((status = 200, body = NoticeOut, description = "The password was changed.")),
)]
#[post("/api/v1/auth/password-reset/confirm")]
pub(super) async fn confirm_reset(state: Data<V1State>, body: Body<Ninja>) -> Response<Ninja> {
    let (token, password) = read::fields::<PasswordResetConfirm>(body).await?.check()?;
    let reset = PasswordReset {
        token: &token,
        owner: None,
        password: &password,
    };
    let outcome = state
        .one_time
        .reset_password(&mut state.work(), reset)
        .await;
    outcome.map_err(refused)?;
    Ok(Reply::ok(&NoticeOut {
        detail: "Password has been reset successfully.",
    }))
}

#[derive(Default, Deserialize, ToSchema)]
struct PasswordChange {
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "s3cret-pass")]
    old_password: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "another-pass")]
    new_password: Input,
}

impl PasswordChange {
    fn check(&self) -> Result<(Password, Password), Problem> {
        let mut faults = FieldErrors::default();
        let old = read::password(&mut faults, "old_password", &self.old_password);
        let new = read::password(&mut faults, "new_password", &self.new_password);
        match (old, new) {
            (Some(old), Some(new)) => Ok((old, read::not_empty(new)?)),
            _ => Err(faults.into()),
        }
    }
}

#[derive(Default, Deserialize, ToSchema)]
struct PasswordResetRequest {
    #[serde(default)]
    #[schema(value_type = String, required, example = "jane.doe@ex.com")]
    email: Input,
}

impl PasswordResetRequest {
    /// Returns the key of the throttle: client address and email address. Longer texts are cut to the longest possible
    /// address, to bound the memory of a key.
    fn throttle_key(&self, site: &str) -> Option<String> {
        match &self.email {
            Input::Text(email) => {
                let email = email.trim().to_lowercase();
                let email: String = email.chars().take(Email::MAX_CHARS).collect();
                Some(format!("{site} {email}"))
            }
            _ => None,
        }
    }

    fn check(&self) -> Result<String, Problem> {
        let mut faults = FieldErrors::default();
        strict::required(&mut faults, "email", &self.email).ok_or_else(|| faults.into())
    }
}

#[derive(Default, Deserialize, ToSchema)]
struct PasswordResetConfirm {
    #[serde(default)]
    #[schema(value_type = String, required, example = "UfTqV0kNw3m2Jr9sLx8bYc4dHg6aPe1zQi5oRu7tKvE")]
    token: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "another-pass")]
    new_password: Input,
}

impl PasswordResetConfirm {
    fn check(&self) -> Result<(String, Password), Problem> {
        let mut faults = FieldErrors::default();
        let token = strict::required(&mut faults, "token", &self.token);
        let password = read::password(&mut faults, "new_password", &self.new_password);
        match (token, password) {
            (Some(token), Some(password)) => Ok((token, read::not_empty(password)?)),
            _ => Err(faults.into()),
        }
    }
}
