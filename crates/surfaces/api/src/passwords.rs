//! `/api/auth/password/`: password change and password reset.
//! Source: docs/contract/api.md «Password change», «Password reset».

use actix_web::{post, web::Data};
use loggia_identity::{
    self as identity, EmailKind, EmailRequest, PasswordReset, passwords::Password,
};
use loggia_kernel::{Change, Email};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Api, ApiState, emails};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::{DetailOut, Drf, FieldErrorsOut},
    error::{Code, FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Changes the caller's password.
///
/// All other sessions of the account end, unless the server runs with `LOGGIA_SESSION_POLICY=django`. Links of earlier
/// password reset emails become invalid.
#[utoipa::path(
    tag = "password",
    operation_id = "api_password_change",
    request_body = PasswordChange,
    responses(
        (
            status = 200,
            description = "The password was changed.",
            body = DetailOut,
            example = json!({ "detail": "Password updated successfully." }),
        ),
        (
            status = 400,
            description = "The old password is wrong, or the new password is too weak.",
            body = FieldErrorsOut,
            example = json!({ "old_password": ["Invalid password."] }),
        ),
    ),
    security(("bearer" = [])),
)]
#[post("/api/auth/password/change/")]
pub(super) async fn change(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, address } = caller.required()?;
    let (old, new) = body.read::<PasswordChange>().await?.check()?;
    state
        .passwords
        .change(&mut state.work(), &caller, &old, &new, address)
        .await
        .map_err(refused)?;
    Ok(told("Password updated successfully."))
}

/// Sends an email with a link to reset the password.
///
/// The response is the same whether or not an account has the address.
#[utoipa::path(
    tag = "password",
    operation_id = "api_password_reset",
    request_body = PasswordResetRequest,
    responses(
        (
            status = 200,
            description = "An email is sent if an account has the address.",
            body = DetailOut,
            example = json!({
                "detail": "If an account with that email exists, a password reset link has been sent.",
            }),
        ),
        (
            status = 400,
            description = "The email address is invalid.",
            body = FieldErrorsOut,
            example = json!({ "email": ["Enter a valid email address."] }),
        ),
    ),
    security((), ("bearer" = [])),
)]
#[post("/api/auth/password/reset/")]
pub(super) async fn request_reset(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let email = body.read::<PasswordResetRequest>().await?.check()?;
    let letter = EmailRequest {
        template: emails::PASSWORD_RESET.name,
        kind: EmailKind::PasswordReset(email),
    };
    state.one_time.request(&mut state.work(), &letter).await?;
    Ok(told(
        "If an account with that email exists, a password reset link has been sent.",
    ))
}

/// Sets a new password with the token of an emailed link.
///
/// A token can be used once, within three days. All sessions of the account end, unless the server runs with
/// `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    tag = "password",
    operation_id = "api_password_reset_confirm",
    request_body = PasswordResetConfirm,
    responses(
        (
            status = 200,
            description = "The password was changed.",
            body = DetailOut,
            example = json!({ "detail": "Password has been reset." }),
        ),
        (
            status = 400,
            description = "The token is invalid or expired, or the new password is too weak.",
            body = FieldErrorsOut,
            example = json!({ "token": ["Invalid or expired token."] }),
        ),
    ),
    security((), ("bearer" = [])),
)]
#[post("/api/auth/password/reset/confirm/")]
pub(super) async fn confirm_reset(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let (token, password) = body.read::<PasswordResetConfirm>().await?.check()?;
    let reset = PasswordReset {
        token: &token,
        owner: None,
        password: &password,
    };
    state
        .one_time
        .reset_password(&mut state.work(), reset)
        .await
        .map_err(refused)?;
    Ok(told("Password has been reset."))
}

fn told(detail: &str) -> Reply<Drf> {
    Reply::ok(&DetailOut {
        detail: detail.to_owned(),
    })
}

/// Converts errors of the domain to this surface's field names.
fn refused(error: identity::Error) -> Problem {
    match error {
        identity::Error::InvalidLink(_) => Problem::field("token", Code::ExpiredLinkToken),
        error => Problem::from(error)
            .renamed("current_password", "old_password")
            .renamed("password", "new_password"),
    }
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
struct PasswordChange {
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "SecurePass123!")]
    old_password: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 8, example = "An0ther-Passw0rd!")]
    new_password: Input,
}

impl PasswordChange {
    fn check(self) -> Result<(Password, Password), FieldErrors> {
        let mut faults = FieldErrors::default();
        let old = Read::REQUIRED.password(&mut faults, "old_password", &self.old_password);
        let new = Read::REQUIRED.password(&mut faults, "new_password", &self.new_password);
        match (old, new) {
            (Some(old), Some(new)) => faults.or((old, new)),
            _ => Err(faults),
        }
    }
}

/// The email address of the account.
#[derive(Deserialize, ToSchema)]
struct PasswordResetRequest {
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, max_length = 254, example = "user@example.com")]
    email: Input,
}

impl PasswordResetRequest {
    fn check(self) -> Result<Email, FieldErrors> {
        let mut faults = FieldErrors::default();
        match Read::REQUIRED.email(&mut faults, "email", &self.email) {
            Change::Set(email) => faults.or(email),
            Change::Keep | Change::Clear => Err(faults),
        }
    }
}

/// The token of an emailed link, and the new password.
#[derive(Deserialize, ToSchema)]
struct PasswordResetConfirm {
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, example = "tK3vN0v0w3yqf2mDqk0cJ7u8mTn1x9hYb5zWcVQ2s4E")]
    token: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 8, example = "An0ther-Passw0rd!")]
    new_password: Input,
}

impl PasswordResetConfirm {
    fn check(self) -> Result<(String, Password), FieldErrors> {
        let mut faults = FieldErrors::default();
        let token = Read::REQUIRED.text(&mut faults, "token", &self.token);
        let password = Read::REQUIRED.password(&mut faults, "new_password", &self.new_password);
        match (token, password) {
            (Some(token), Some(password)) => faults.or((token, password)),
            _ => Err(faults),
        }
    }
}
