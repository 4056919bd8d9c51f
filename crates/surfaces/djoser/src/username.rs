//! `/auth/users/set_username/`, `reset_username/` and `reset_username_confirm/`.
//!
//! Source: djoser 2.3.5, `views.py` and `serializers.py`, `UsernameSerializer`; docs/contract/djoser.md «Username».

use actix_web::{post, web::Data};
use loggia_identity::{AccountPatch, EmailKind, EmailRequest, UniqueValues};
use loggia_kernel::Username;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    link,
    password::ResetRequest,
    proof::{CURRENT_PASSWORD, judge},
    users::report_taken,
};
use crate::{Djoser, DjoserState, emails};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::Drf,
    error::{FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

const NEW_USERNAME: &str = "new_username";

/// Changes the caller's username.
///
/// The caller's present username counts as taken.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_set_username",
    request_body = SetUsername,
    responses((status = 204, description = "The username was changed.")),
    security(("bearer" = [])),
)]
#[post("/auth/users/set_username/")]
pub(super) async fn set_username(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let signed_in = caller.required()?;
    let request = body.read::<SetUsername>().await?;
    let patch = request.check(&state, &signed_in).await?;
    state
        .accounts
        .update(&mut state.work(), signed_in.caller.account.id, patch)
        .await
        .map_err(|error| Problem::from(error).renamed("username", NEW_USERNAME))?;
    Ok(Reply::no_content())
}

/// Sends an email with a link to reset the username.
///
/// The response is the same whether or not an account has the address. The email is sent if the account is active and
/// has a password.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_reset_username",
    request_body = ResetRequest,
    responses((status = 204, description = "The request was accepted.")),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/reset_username/")]
pub(super) async fn reset_username(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let email = body.read::<ResetRequest>().await?.check()?;
    let letter = EmailRequest {
        template: emails::USERNAME_RESET.name,
        kind: EmailKind::UsernameReset(email),
    };
    state.one_time.request(&mut state.work(), &letter).await?;
    Ok(Reply::no_content())
}

/// Sets a new username with the token of an emailed link.
///
/// A link can be used once, within three days.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_reset_username_confirm",
    request_body = UsernameResetConfirm,
    responses((status = 204, description = "The username was changed.")),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/reset_username_confirm/")]
pub(super) async fn reset_username_confirm(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let request = body.read::<UsernameResetConfirm>().await?;
    let username = request.check(&state).await?;
    let (uid, token) = (plain(&request.uid), plain(&request.token));
    state
        .one_time
        .reset_username(&mut state.work(), token, link::owner(uid)?, username)
        .await
        .map_err(|error| link::refused(error).renamed("username", NEW_USERNAME))?;
    Ok(Reply::no_content())
}

/// The caller's password and the new username.
#[derive(Deserialize, ToSchema)]
struct SetUsername {
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    current_password: Input,
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "new_username", min_length = 1, max_length = 150)]
    new_username: Input,
}

impl SetUsername {
    /// Checks both fields, so that their errors are reported together.
    async fn check(
        self,
        state: &DjoserState,
        signed_in: &SignedIn,
    ) -> Result<AccountPatch, Problem> {
        let mut faults = FieldErrors::default();
        let current =
            Read::REQUIRED.password(&mut faults, CURRENT_PASSWORD, &self.current_password);
        if let Some(current) = &current {
            judge(state, signed_in, &mut faults, current).await?;
        }
        let username = new_username(state, &mut faults, &self.new_username).await?;
        Ok(faults.or(AccountPatch {
            username,
            ..AccountPatch::default()
        })?)
    }
}

/// The two parts of an emailed link, and the new username.
#[derive(Deserialize, ToSchema)]
struct UsernameResetConfirm {
    /// The account's id in URL-safe base64, as the link contains it.
    #[serde(default)]
    #[schema(value_type = String, required, example = "MQ", min_length = 1)]
    uid: Input,
    #[serde(default)]
    #[schema(value_type = String, required, example = "token", min_length = 1)]
    token: Input,
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "new_username", min_length = 1, max_length = 150)]
    new_username: Input,
}

impl UsernameResetConfirm {
    /// Reads the username. djoser checks the link only after the username is valid, and reports a missing `uid` or
    /// `token` as an invalid one.
    async fn check(&self, state: &DjoserState) -> Result<Username, Problem> {
        let mut faults = FieldErrors::default();
        let username = new_username(state, &mut faults, &self.new_username).await?;
        match username {
            Some(username) if faults.is_empty() => Ok(username),
            _ => Err(faults.into()),
        }
    }
}

/// Reads a username that no account has, the caller's own included: djoser searches all accounts.
async fn new_username(
    state: &DjoserState,
    faults: &mut FieldErrors,
    input: &Input,
) -> Result<Option<Username>, Problem> {
    let username = Read::REQUIRED.username(faults, NEW_USERNAME, input);
    let wanted = UniqueValues {
        username: username.as_ref(),
        ..UniqueValues::default()
    };
    report_taken(state, faults, wanted, NEW_USERNAME).await?;
    Ok(username)
}

/// Returns the text of a part of the link, or "" for another type.
fn plain(input: &Input) -> &str {
    match input {
        Input::Text(text) => text,
        _ => "",
    }
}
