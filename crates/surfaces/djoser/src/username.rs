//! `/auth/users/set_username/`, `reset_username/` and `reset_username_confirm/`.
//!
//! Source: djoser 2.3.5, `views.py` and `serializers.py`, `UsernameSerializer`; docs/contract/djoser.md «Username».

use loggia_http::request::Input;
use loggia_identity::{AccountPatch, EmailKind, UniqueValues};
use loggia_kernel as kernel;

use super::{current_password::report_wrong, link, password::ResetRequest, users::report_taken};
use crate::{emails, prelude::*};

/// Changes the caller's username.
///
/// The caller's present username counts as taken.
#[utoipa::path(
    post, path = "/auth/users/set_username/", tag = "users", operation_id = "djoser_set_username",
    request_body = SetUsername,
    responses((status = 204, description = "The username was changed.")),
)]
pub(super) async fn set(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    let sent = body.read::<SetUsername>().await?;
    let patch = sent.check(&state, &guard).await?;
    let id = guard.caller.account.id;
    let work = &mut state.work();
    let updated = state.accounts.update(work, id, patch).await;
    updated.map_err(|error| Problem::from(error).renamed("username", "new_username"))?;
    Ok(Reply::no_content())
}

/// Sends an email with a link to reset the username.
///
/// The response is the same whether or not an account has the address. The email is sent if the account is active and
/// has a password.
#[utoipa::path(
    post, path = "/auth/users/reset_username/", tag = "users", operation_id = "djoser_reset_username",
    request_body = ResetRequest,
    responses((status = 204, description = "The request was accepted.")),
)]
pub(super) async fn request_reset(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let email = body.read::<ResetRequest>().await?.email.read_alone()?;
    let request = emails::USERNAME_RESET.request(EmailKind::UsernameReset(email));
    state.one_time.request(&mut state.work(), &request).await?;
    Ok(Reply::no_content())
}

/// Sets a new username with the token of an emailed link.
///
/// A link can be used once, within three days.
#[utoipa::path(
    post, path = "/auth/users/reset_username_confirm/", tag = "users",
    operation_id = "djoser_reset_username_confirm", request_body = UsernameResetConfirm,
    responses((status = 204, description = "The username was changed.")),
)]
pub(super) async fn confirm_reset(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let sent = body.read::<UsernameResetConfirm>().await?;
    // djoser checks the link only after the username is valid.
    let mut errors = FieldErrors::default();
    let username = read_free(&sent.new_username, &state, &mut errors).await?;
    let username = errors.require(username)?;
    let (owner, token) = (link::owner(text_of(&sent.uid))?, text_of(&sent.token));
    let work = &mut state.work();
    let reset = state.one_time.reset_username(work, token, owner, username).await;
    reset.map_err(|error| link::problem(error).renamed("username", "new_username"))?;
    Ok(Reply::no_content())
}

/// The caller's password and the new username.
#[derive(Deserialize, ToSchema)]
struct SetUsername {
    /// Example: `example_password`
    current_password: Required<Password>,
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`. Example: `new_username`
    new_username: Required<Username>,
}

impl SetUsername {
    async fn check(&self, state: &DjoserState, caller: &SignedIn) -> Result<AccountPatch, Problem> {
        let mut errors = FieldErrors::default();
        report_wrong(&self.current_password, state, caller, &mut errors).await?;
        let username = read_free(&self.new_username, state, &mut errors).await?;
        Ok(errors.or(AccountPatch { username, ..AccountPatch::default() })?)
    }
}

/// The two parts of an emailed link, and the new username.
#[derive(Deserialize, ToSchema)]
struct UsernameResetConfirm {
    /// The account's id in URL-safe base64, as the link contains it. Example: `MQ`
    uid: Raw<Text>,
    /// Example: `token`
    token: Raw<Text>,
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`. Example: `new_username`
    new_username: Required<Username>,
}

/// Reads a username that no account has, the caller's own included, because djoser searches all accounts.
async fn read_free(
    field: &Required<Username>,
    state: &DjoserState,
    errors: &mut FieldErrors,
) -> Result<Option<kernel::Username>, Problem> {
    let username = field.read(errors);
    let unique = UniqueValues { username: username.as_ref(), ..UniqueValues::default() };
    report_taken(state, errors, unique, field.name()).await?;
    Ok(username)
}

/// Returns a part of the link, or "" for another type: djoser reports a missing part as an invalid one.
fn text_of(field: &Raw<Text>) -> &str {
    match field.input() {
        Input::Text(text) => text,
        _ => "",
    }
}
