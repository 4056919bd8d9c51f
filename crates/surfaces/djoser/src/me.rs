//! `/auth/users/me/`: the caller's own account.
//!
//! Source: docs/contract/djoser.md «Current user»; djoser 2.3.5, `views.py`, `UserViewSet.me`.

use loggia_identity::{Account, AccountPatch, UniqueValues};

use super::{
    current_password::CurrentPassword,
    users::{UserOut, report_taken},
};
use crate::prelude::*;

/// Returns the caller's account.
#[utoipa::path(
    get, path = "/auth/users/me/", tag = "users", operation_id = "djoser_retrieve_me",
    responses((status = 200, description = "The account.", body = UserOut)),
)]
pub(super) async fn retrieve(guard: Guard<Authenticated>) -> Response {
    Ok(Reply::ok(&UserOut::from(&guard.caller.account)))
}

/// Changes the caller's username and email address.
///
/// Absent fields keep their value. An empty `email` removes the address; a new address needs no confirmation.
#[utoipa::path(
    put, path = "/auth/users/me/", tag = "users", operation_id = "djoser_replace_me",
    request_body = CurrentUserUpdate,
    responses((status = 200, description = "The updated account.", body = UserOut)),
)]
pub(super) async fn replace(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    change(&state, &guard.caller.account, body).await
}

/// Changes the caller's username or email address.
///
/// Same as PUT.
#[utoipa::path(
    patch, path = "/auth/users/me/", tag = "users", operation_id = "djoser_update_me",
    request_body = CurrentUserUpdate,
    responses((status = 200, description = "The updated account.", body = UserOut)),
)]
pub(super) async fn update(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    change(&state, &guard.caller.account, body).await
}

/// Deletes the caller's account with its sessions and tokens.
///
/// Organizations of which the account is the only member are deleted too. The last active superuser and the only active
/// owner of an organization with other members cannot be deleted; the error names the organization.
#[utoipa::path(
    delete, path = "/auth/users/me/", tag = "users", operation_id = "djoser_destroy_me",
    request_body = CurrentPassword,
    responses((status = 204, description = "The account was deleted.")),
)]
pub(super) async fn destroy(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    let sent = body.read::<CurrentPassword>().await?;
    sent.verify(&state, &guard).await?;
    let id = guard.caller.account.id;
    state.accounts.delete(&mut state.work(), id).await?;
    Ok(Reply::no_content())
}

async fn change(state: &DjoserState, account: &Account, body: Body) -> Response {
    let sent = body.read::<CurrentUserUpdate>().await?;
    let patch = sent.check(state, account).await?;
    let work = &mut state.work();
    let account = state.accounts.update(work, account.id, patch).await?;
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Changes of the caller's account.
// djoser itself changes only the email address here. Source: docs/contract/djoser.md «Differences from djoser».
#[derive(Deserialize, ToSchema)]
struct CurrentUserUpdate {
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`. Example: `new_username`
    username: Optional<Username>,
    /// Empty: the address is removed. Example: `example@example.com`
    email: OptionalOrBlank<Email>,
}

impl CurrentUserUpdate {
    async fn check(&self, state: &DjoserState, account: &Account) -> Result<AccountPatch, Problem> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors);
        let username = self.username.read(&mut errors);
        let unique = UniqueValues {
            username: username.as_ref(),
            email: email.value(),
            except: Some(account.id),
        };
        report_taken(state, &mut errors, unique, self.username.name()).await?;
        Ok(errors.or(AccountPatch { username, email, ..AccountPatch::default() })?)
    }
}
