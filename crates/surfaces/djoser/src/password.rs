//! `/auth/users/set_password/`, `reset_password/` and `reset_password_confirm/`.
//!
//! Source: docs/contract/djoser.md «Password», «Password reset»; djoser 2.3.5, `serializers.py`.

use actix_web::{post, web::Data};
use loggia_identity::{
    EmailKind, EmailRequest, PasswordReset,
    passwords::{Password, UserAttributes},
};
use loggia_kernel::{Change, Email};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    link,
    proof::{CURRENT_PASSWORD, judge},
};
use crate::{Djoser, DjoserState, emails};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::Drf,
    error::{Code, FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Changes the caller's password.
///
/// All other sessions of the account end, unless the server runs with `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_set_password",
    request_body = SetPassword,
    responses((status = 204, description = "The password was changed.")),
    security(("bearer" = [])),
)]
#[post("/auth/users/set_password/")]
pub(super) async fn set_password(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let signed_in = caller.required()?;
    let request = body.read::<SetPassword>().await?;
    let (current, new) = request.check(&state, &signed_in).await?;
    let SignedIn { caller, address } = signed_in;
    state
        .passwords
        .change(&mut state.work(), &caller, &current, &new, address)
        .await
        .map_err(|error| Problem::from(error).renamed("password", "new_password"))?;
    Ok(Reply::no_content())
}

/// Sends an email with a link to reset the password.
///
/// The response is the same whether or not an account has the address. The email is sent if the account is active and
/// has a password.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_reset_password",
    request_body = ResetRequest,
    responses((status = 204, description = "The request was accepted.")),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/reset_password/")]
pub(super) async fn reset_password(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let email = body.read::<ResetRequest>().await?.check()?;
    let letter = EmailRequest {
        template: emails::PASSWORD_RESET.name,
        kind: EmailKind::PasswordReset(email),
    };
    state.one_time.request(&mut state.work(), &letter).await?;
    Ok(Reply::no_content())
}

/// Sets a new password with the token of an emailed link.
///
/// A link can be used once, within three days. All sessions of the account end, unless the server runs with
/// `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_reset_password_confirm",
    request_body = PasswordResetConfirm,
    responses((status = 204, description = "The password was changed.")),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/reset_password_confirm/")]
pub(super) async fn reset_password_confirm(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let (uid, token, password) = body.read::<PasswordResetConfirm>().await?.check(&state)?;
    let reset = PasswordReset {
        token: &token,
        owner: Some(link::owner(&uid)?),
        password: &password,
    };
    state
        .one_time
        .reset_password(&mut state.work(), reset)
        .await
        .map_err(|error| link::refused(error).renamed("password", "new_password"))?;
    Ok(Reply::no_content())
}

/// The current password and the new one.
#[derive(Deserialize, ToSchema)]
struct SetPassword {
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    current_password: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "new_password", min_length = 1)]
    new_password: Input,
}

impl SetPassword {
    async fn check(
        self,
        state: &DjoserState,
        signed_in: &SignedIn,
    ) -> Result<(Password, Password), Problem> {
        let mut faults = FieldErrors::default();
        let new = Read::REQUIRED.password(&mut faults, "new_password", &self.new_password);
        let current =
            Read::REQUIRED.password(&mut faults, CURRENT_PASSWORD, &self.current_password);
        match (current, new) {
            (Some(current), Some(new)) => return Ok((current, new)),
            // The current password is verified here too, so that both fields are reported together.
            (Some(current), None) => judge(state, signed_in, &mut faults, &current).await?,
            (None, _) => {}
        }
        Err(faults.into())
    }
}

/// The email address of the account.
#[derive(Deserialize, ToSchema)]
pub(super) struct ResetRequest {
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, example = "example@example.com", max_length = 254)]
    email: Input,
}

impl ResetRequest {
    pub(super) fn check(self) -> Result<Email, Problem> {
        let mut faults = FieldErrors::default();
        match Read::REQUIRED.email(&mut faults, "email", &self.email) {
            Change::Set(email) => Ok(email),
            Change::Keep | Change::Clear => Err(faults.into()),
        }
    }
}

/// The two parts of an emailed link, and the new password.
#[derive(Deserialize, ToSchema)]
struct PasswordResetConfirm {
    /// The account's id in URL-safe base64, as the link contains it.
    #[serde(default)]
    #[schema(value_type = String, required, example = "MQ", min_length = 1)]
    uid: Input,
    #[serde(default)]
    #[schema(value_type = String, required, example = "token", min_length = 1)]
    token: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "new_password", min_length = 1)]
    new_password: Input,
}

impl PasswordResetConfirm {
    /// Reads the fields and checks the password's strength. Similarity to the account is checked after the link,
    /// because the account is not known before. Source: docs/contract/djoser.md «Password reset».
    fn check(self, state: &DjoserState) -> Result<(String, String, Password), Problem> {
        let mut faults = FieldErrors::default();
        let uid = Read::REQUIRED.text(&mut faults, "uid", &self.uid);
        let token = Read::REQUIRED.text(&mut faults, "token", &self.token);
        let new = Read::REQUIRED.password(&mut faults, "new_password", &self.new_password);
        let (Some(uid), Some(token), Some(new)) = (uid, token, new) else {
            return Err(faults.into());
        };
        let weaknesses = state.passwords.weaknesses(&new, &UserAttributes::default());
        faults.extend("new_password", weaknesses.into_iter().map(Code::Weak));
        Ok(faults.or((uid, token, new))?)
    }
}
