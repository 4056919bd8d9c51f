//! `/api/auth/password/`: password change and password reset.
//! Source: docs/contract/api.md «Password change», «Password reset».

use loggia_identity::{EmailKind, Error, PasswordReset, passwords};

use crate::{emails, prelude::*};

/// Changes the caller's password.
///
/// All other sessions of the account end, unless the server runs with `LOGGIA_SESSION_POLICY=django`. Links of earlier
/// password reset emails become invalid.
#[utoipa::path(
    post, path = "/api/auth/password/change/", tag = "password", operation_id = "api_password_change",
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
)]
pub(super) async fn change(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    let (old, new) = body.read::<PasswordChange>().await?.check()?;
    let SignedIn { caller, address } = guard.into_inner();
    let work = &mut state.work();
    let changed = state.passwords.change(work, &caller, &old, &new, address).await;
    changed.map_err(problem)?;
    Ok(detail("Password updated successfully."))
}

/// Sends an email with a link to reset the password.
///
/// The response is the same whether or not an account has the address.
#[utoipa::path(
    post, path = "/api/auth/password/reset/", tag = "password", operation_id = "api_password_reset",
    request_body = PasswordResetRequest,
    responses((
        status = 200,
        description = "An email is sent if an account has the address.",
        body = DetailOut,
        example = json!({
            "detail": "If an account with that email exists, a password reset link has been sent.",
        }),
    )),
)]
pub(super) async fn request_reset(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let email = body.read::<PasswordResetRequest>().await?.email.read_alone()?;
    let request = emails::PASSWORD_RESET.request(EmailKind::PasswordReset(email));
    state.one_time.request(&mut state.work(), &request).await?;
    Ok(detail("If an account with that email exists, a password reset link has been sent."))
}

/// Sets a new password with the token of an emailed link.
///
/// A token can be used once, within three days. All sessions of the account end, unless the server runs with
/// `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    post, path = "/api/auth/password/reset/confirm/", tag = "password",
    operation_id = "api_password_reset_confirm", request_body = PasswordResetConfirm,
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
)]
pub(super) async fn confirm_reset(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let (token, password) = body.read::<PasswordResetConfirm>().await?.check()?;
    let reset = PasswordReset { token: &token, owner: None, password: &password };
    let work = &mut state.work();
    let reset = state.one_time.reset_password(work, reset).await;
    reset.map_err(problem)?;
    Ok(detail("Password has been reset."))
}

fn detail(text: &str) -> Reply<Drf> {
    let detail = text.to_owned();
    Reply::ok(&DetailOut { detail })
}

/// Converts errors of the domain to this surface's field names.
fn problem(error: Error) -> Problem {
    match error {
        Error::InvalidLink(_) => Problem::field("token", errors::INVALID_RESET_TOKEN),
        error => Problem::from(error)
            .renamed("current_password", "old_password")
            .renamed("password", "new_password"),
    }
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
struct PasswordChange {
    /// Example: `SecurePass123!`
    old_password: Required<Password>,
    new_password: Required<Password<8>>,
}

impl PasswordChange {
    fn check(&self) -> Result<(passwords::Password, passwords::Password), FieldErrors> {
        let mut errors = FieldErrors::default();
        let old = self.old_password.read(&mut errors);
        let new = self.new_password.read(&mut errors);
        errors.require(old.zip(new))
    }
}

/// The email address of the account.
#[derive(Deserialize, ToSchema)]
struct PasswordResetRequest {
    email: Required<Email>,
}

/// The token of an emailed link, and the new password.
#[derive(Deserialize, ToSchema)]
struct PasswordResetConfirm {
    /// Example: `tK3vN0v0w3yqf2mDqk0cJ7u8mTn1x9hYb5zWcVQ2s4E`
    token: Required<Text>,
    new_password: Required<Password<8>>,
}

impl PasswordResetConfirm {
    fn check(&self) -> Result<(String, passwords::Password), FieldErrors> {
        let mut errors = FieldErrors::default();
        let token = self.token.read(&mut errors);
        let password = self.new_password.read(&mut errors);
        errors.require(token.zip(password))
    }
}
