//! `/auth/users/set_password/`, `reset_password/` and `reset_password_confirm/`.
//!
//! Source: docs/contract/djoser.md «Password», «Password reset»; djoser 2.3.5, `serializers.py`.

use loggia_identity::{
    EmailKind, PasswordReset,
    passwords::{self, UserAttributes},
};

use super::{current_password::report_wrong, link};
use crate::{emails, prelude::*};

/// Changes the caller's password.
///
/// All other sessions of the account end, unless the server runs with `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    post, path = "/auth/users/set_password/", tag = "users", operation_id = "djoser_set_password",
    request_body = SetPassword,
    responses((status = 204, description = "The password was changed.")),
)]
pub(super) async fn set(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    let sent = body.read::<SetPassword>().await?;
    let (current, new) = sent.check(&state, &guard).await?;
    let SignedIn { caller, address } = guard.into_inner();
    let work = &mut state.work();
    let changed = state.passwords.change(work, &caller, &current, &new, address).await;
    changed.map_err(|error| Problem::from(error).renamed("password", "new_password"))?;
    Ok(Reply::no_content())
}

/// Sends an email with a link to reset the password.
///
/// The response is the same whether or not an account has the address. The email is sent if the account is active and
/// has a password.
#[utoipa::path(
    post, path = "/auth/users/reset_password/", tag = "users", operation_id = "djoser_reset_password",
    request_body = ResetRequest,
    responses((status = 204, description = "The request was accepted.")),
)]
pub(super) async fn request_reset(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let email = body.read::<ResetRequest>().await?.email.read_alone()?;
    let request = emails::PASSWORD_RESET.request(EmailKind::PasswordReset(email));
    state.one_time.request(&mut state.work(), &request).await?;
    Ok(Reply::no_content())
}

/// Sets a new password with the token of an emailed link.
///
/// A link can be used once, within three days. All sessions of the account end, unless the server runs with
/// `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    post, path = "/auth/users/reset_password_confirm/", tag = "users",
    operation_id = "djoser_reset_password_confirm", request_body = PasswordResetConfirm,
    responses((status = 204, description = "The password was changed.")),
)]
pub(super) async fn confirm_reset(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let (uid, token, password) = body.read::<PasswordResetConfirm>().await?.check(&state)?;
    let reset =
        PasswordReset { token: &token, owner: Some(link::owner(&uid)?), password: &password };
    let work = &mut state.work();
    let reset = state.one_time.reset_password(work, reset).await;
    reset.map_err(|error| link::problem(error).renamed("password", "new_password"))?;
    Ok(Reply::no_content())
}

/// The current password and the new one.
#[derive(Deserialize, ToSchema)]
struct SetPassword {
    /// Example: `example_password`
    current_password: Required<Password>,
    /// Example: `new_password`
    new_password: Required<Password>,
}

impl SetPassword {
    async fn check(
        &self,
        state: &DjoserState,
        caller: &SignedIn,
    ) -> Result<(passwords::Password, passwords::Password), Problem> {
        let mut errors = FieldErrors::default();
        let Some(new) = self.new_password.read(&mut errors) else {
            // The current password is verified here too, so that both fields are reported together.
            report_wrong(&self.current_password, state, caller, &mut errors).await?;
            return Err(errors.into());
        };
        Ok((self.current_password.read_alone()?, new))
    }
}

/// The email address of the account.
#[derive(Deserialize, ToSchema)]
pub(super) struct ResetRequest {
    /// Example: `example@example.com`
    pub(super) email: Required<Email>,
}

/// The two parts of an emailed link, and the new password.
#[derive(Deserialize, ToSchema)]
struct PasswordResetConfirm {
    /// The account's id in URL-safe base64, as the link contains it. Example: `MQ`
    uid: Required<Text>,
    /// Example: `token`
    token: Required<Text>,
    /// Example: `new_password`
    new_password: Required<Password>,
}

impl PasswordResetConfirm {
    /// Reads the fields and checks the password's strength. Similarity to the account is checked after the link,
    /// because the account is not known before. Source: docs/contract/djoser.md «Password reset».
    fn check(&self, state: &DjoserState) -> Result<(String, String, passwords::Password), Problem> {
        let mut errors = FieldErrors::default();
        let uid = self.uid.read(&mut errors);
        let token = self.token.read(&mut errors);
        let new = self.new_password.read(&mut errors);
        let (Some(uid), Some(token), Some(new)) = (uid, token, new) else {
            return Err(errors.into());
        };
        let weaknesses = state.passwords.weaknesses(&new, &UserAttributes::default());
        self.new_password.extend(&mut errors, weaknesses.into_iter().map(Code::Weak));
        Ok(errors.or((uid, token, new))?)
    }
}
