//! `/auth/users/{id}/`: one account, for its owner and for staff.
//!
//! Source: djoser 2.3.5, `views.py`, `UserViewSet`, and `permissions.py`, `CurrentUserOrAdmin`;
//! docs/contract/djoser.md «User detail».

use actix_web::web::Path;
use loggia_application::{AccountChange, Authority, Requirement};
use loggia_identity::{self as identity, Account, AccountPatch, UniqueValues};
use loggia_kernel::AccountId;

use super::{
    current_password::CurrentPassword,
    link::account_id,
    users::{UserOut, is_staff, report_taken},
};
use crate::prelude::*;

/// Returns an account.
///
/// Staff can read every account. Other callers can read only their own.
#[utoipa::path(
    get, path = "/auth/users/{id}/", tag = "users", operation_id = "djoser_retrieve",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The account.", body = UserOut),
        (status = 404, description = "The account does not exist, or the caller may not see it."),
    ),
)]
pub(super) async fn retrieve(
    guard: Guard<Authenticated>,
    state: State,
    id: Path<String>,
) -> Response {
    let account = visible(&state, &guard.caller, &id).await?;
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Changes an account's email address.
///
/// Other fields are ignored; a username is changed at `/auth/users/me/`. An absent `email` keeps the address, an empty
/// one removes it. Callers cannot change an account that has a permission they do not have.
#[utoipa::path(
    put, path = "/auth/users/{id}/", tag = "users", operation_id = "djoser_replace",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    request_body = EmailUpdate,
    responses(
        (status = 200, description = "The updated account.", body = UserOut),
        (status = 403, description = "The account has a permission that the caller does not have."),
        (status = 404, description = "The account does not exist, or the caller may not see it."),
    ),
)]
pub(super) async fn replace(
    guard: Guard<Authenticated>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change_email(&state, &guard.caller, &id, body).await
}

/// Changes an account's email address.
///
/// Same as PUT.
#[utoipa::path(
    patch, path = "/auth/users/{id}/", tag = "users", operation_id = "djoser_update",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    request_body = EmailUpdate,
    responses(
        (status = 200, description = "The updated account.", body = UserOut),
        (status = 403, description = "The account has a permission that the caller does not have."),
        (status = 404, description = "The account does not exist, or the caller may not see it."),
    ),
)]
pub(super) async fn update(
    guard: Guard<Authenticated>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change_email(&state, &guard.caller, &id, body).await
}

/// Deletes an account with its sessions and tokens.
///
/// Organizations of which the account is the only member are deleted too. Staff can delete accounts that have no
/// permission they do not have; other callers can delete only their own. The caller's own current password is required
/// in either case. The last active superuser and the only active owner of an organization with other members cannot be
/// deleted; the error names the organization.
#[utoipa::path(
    delete, path = "/auth/users/{id}/", tag = "users", operation_id = "djoser_destroy",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    request_body = CurrentPassword,
    responses(
        (status = 204, description = "The account was deleted."),
        (status = 403, description = "The caller may not delete this account."),
        (status = 404, description = "The account does not exist."),
    ),
)]
pub(super) async fn destroy(
    guard: Guard<Authenticated>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    let caller = &guard.caller;
    // Callers who are not staff get the same error whether or not the account exists.
    if !is_staff(&caller.account) && account_id(&id) != Some(caller.account.id) {
        return Err(Problem::Forbidden.into());
    }
    let target = changeable(&state, caller, &id).await?;
    let sent = body.read::<CurrentPassword>().await?;
    sent.verify(&state, &guard).await?;
    let work = &mut state.work();
    if target.id == caller.account.id {
        state.accounts.delete(work, target.id).await?;
    } else {
        let (accounts, authority) = (&state.account_management, as_staff(caller));
        accounts.delete(work, authority, target.id).await?;
    }
    Ok(Reply::no_content())
}

/// Returns the account that a path names, if the caller may see it.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown account, and for every account but their own to callers who are not staff.
async fn visible(
    state: &DjoserState,
    caller: &identity::Caller,
    id: &str,
) -> Result<Account, Problem> {
    let own = &caller.account;
    match account_id(id) {
        Some(id) if id == own.id => Ok(own.clone()),
        Some(id) if is_staff(own) => Ok(state.accounts.by_id(&mut state.work(), id).await?),
        _ => Err(Problem::NotFound),
    }
}

/// Returns the account that a path names, if the caller may change it. The caller's authority is checked because control
/// of the email address permits a password reset.
///
/// # Errors
/// [`Problem::NotFound`] as [`visible`]; [`Problem::Forbidden`] for an account that has a permission which the caller does
/// not have.
async fn changeable(
    state: &DjoserState,
    caller: &identity::Caller,
    id: &str,
) -> Result<Account, Problem> {
    let own = &caller.account;
    match account_id(id) {
        Some(id) if id == own.id => Ok(own.clone()),
        Some(id) if is_staff(own) => {
            let work = &mut state.work();
            Ok(state.account_management.find_changeable(work, own, id).await?)
        }
        _ => Err(Problem::NotFound),
    }
}

async fn change_email(
    state: &DjoserState,
    caller: &identity::Caller,
    id: &str,
    body: Body,
) -> Response {
    let id = changeable(state, caller, id).await?.id;
    let sent = body.read::<EmailUpdate>().await?;
    let patch = sent.check(state, id).await?;
    let work = &mut state.work();
    let account = if id == caller.account.id {
        state.accounts.update(work, id, patch).await?
    } else {
        let change = AccountChange { account: patch, ..AccountChange::default() };
        let (accounts, authority) = (&state.account_management, as_staff(caller));
        accounts.update(work, authority, id, change).await?
    };
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Returns the authority by which staff change the accounts of others.
fn as_staff(caller: &identity::Caller) -> Authority<'_> {
    Authority { caller, requirement: Requirement::Staff }
}

/// A new email address.
#[derive(Deserialize, ToSchema)]
struct EmailUpdate {
    /// Absent: unchanged. Empty: removed. Example: `example@example.com`
    email: OptionalOrBlank<Email>,
}

impl EmailUpdate {
    async fn check(&self, state: &DjoserState, id: AccountId) -> Result<AccountPatch, Problem> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors);
        let unique =
            UniqueValues { email: email.value(), except: Some(id), ..UniqueValues::default() };
        report_taken(state, &mut errors, unique, "username").await?;
        Ok(errors.or(AccountPatch { email, ..AccountPatch::default() })?)
    }
}
