//! `/auth/users/*_username*/`: changing a user name, and resetting a forgotten one.
//!
//! Source: djoser 2.3.5, `views.py` and `serializers.py`, `UsernameSerializer`; docs/contract/djoser.md «Username».

use actix_web::{post, web::Data};
use loggia_identity::{AccountPatch, Letter, Matter, Wanted};
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

/// Changes the caller's user name.
///
/// To the name that he has already it cannot be changed: that one is taken.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_set_username",
    request_body = SetUsername,
    responses((status = 204, description = "Changed.")),
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
        .update(signed_in.caller.account.id, patch)
        .await
        .map_err(|error| Problem::from(error).renamed("username", NEW_USERNAME))?;
    Ok(Reply::no_content())
}

/// Asks for a mail with a link to a new user name.
///
/// The answer is the same whether or not there is such an account. A mail goes to an active account with a password.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_reset_username",
    request_body = ResetRequest,
    responses((status = 204, description = "Asked for.")),
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
    let letter = Letter {
        template: emails::USERNAME_RESET.name,
        matter: Matter::UsernameReset(email),
    };
    state.one_time.request(&letter).await?;
    Ok(Reply::no_content())
}

/// Sets a new user name by a mailed link.
///
/// The link is good idempotency, for three days.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_reset_username_confirm",
    request_body = UsernameResetConfirm,
    responses((status = 204, description = "Set.")),
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
        .reset_username(token, link::owner(uid)?, username)
        .await
        .map_err(|error| link::refused(error).renamed("username", NEW_USERNAME))?;
    Ok(Reply::no_content())
}

/// The caller's password and the new name.
#[derive(Deserialize, ToSchema)]
struct SetUsername {
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    current_password: Input,
    /// At most 150 letters and digits of any script and `@ . + - _`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "new_username", min_length = 1, max_length = 150)]
    new_username: Input,
}

impl SetUsername {
    /// The password is a field like the other: both are judged, whatever is found first.
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

/// What the link carried, and the new name.
#[derive(Deserialize, ToSchema)]
struct UsernameResetConfirm {
    /// Whose name it is.
    #[serde(default)]
    #[schema(value_type = String, required, example = "MQ", min_length = 1)]
    uid: Input,
    #[serde(default)]
    #[schema(value_type = String, required, example = "token", min_length = 1)]
    token: Input,
    /// At most 150 letters and digits of any script and `@ . + - _`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "new_username", min_length = 1, max_length = 150)]
    new_username: Input,
}

impl UsernameResetConfirm {
    /// Judges the name. djoser looks at the link only when the name is good, and has no rule for a part of it that is
    /// missing: that names no account, and no token.
    async fn check(&self, state: &DjoserState) -> Result<Username, Problem> {
        let mut faults = FieldErrors::default();
        let username = new_username(state, &mut faults, &self.new_username).await?;
        match username {
            Some(username) if faults.is_empty() => Ok(username),
            _ => Err(faults.into()),
        }
    }
}

/// Reads a name that nobody has, the caller included: djoser looks for it among all accounts.
async fn new_username(
    state: &DjoserState,
    faults: &mut FieldErrors,
    input: &Input,
) -> Result<Option<Username>, Problem> {
    let username = Read::REQUIRED.username(faults, NEW_USERNAME, input);
    let wanted = Wanted {
        username: username.as_ref(),
        ..Wanted::default()
    };
    report_taken(state, faults, wanted, NEW_USERNAME).await?;
    Ok(username)
}

/// A part of the link; empty where it is no text.
fn plain(input: &Input) -> &str {
    match input {
        Input::Text(text) => text,
        _ => "",
    }
}
