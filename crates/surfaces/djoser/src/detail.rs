//! `/auth/users/{id}/`: one account, for its owner and for staff.
//!
//! Source: djoser 2.3.5, `views.py`, `UserViewSet`, and `permissions.py`, `CurrentUserOrAdmin`;
//! docs/contract/djoser.md «User detail».

use actix_web::{
    delete, get, patch, put,
    web::{Data, Path},
};
use loggia_identity::{self as identity, Account, AccountPatch, UniqueValues};
use loggia_kernel::{AccountId, Change};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    link::account_id,
    proof::CurrentPassword,
    users::{UserOut, email_or_empty, is_staff, report_taken},
};
use crate::{Djoser, DjoserState};
use loggia_http::{
    auth::{Caller, SignedIn, hold, outrank},
    dialect::{DetailOut, Drf},
    error::{FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Returns an account.
///
/// Staff can read every account. Other callers can read only their own.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_retrieve",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The account.", body = UserOut),
        (status = 404, description = "The account does not exist, or the caller may not see it.", body = DetailOut),
    ),
    security(("bearer" = [])),
)]
#[get("/auth/users/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    id: Path<String>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let account = visible(&state, caller.account, &id).await?;
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Changes an account's email address.
///
/// Other fields are ignored; a username is changed at `/auth/users/me/`. An absent `email` keeps the address, an empty
/// one removes it. Callers cannot change an account that has a permission they do not have.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_replace",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    request_body = EmailUpdate,
    responses(
        (status = 200, description = "The updated account.", body = UserOut),
        (status = 403, description = "The account has a permission that the caller does not have.", body = DetailOut),
        (status = 404, description = "The account does not exist, or the caller may not see it.", body = DetailOut),
    ),
    security(("bearer" = [])),
)]
#[put("/auth/users/{id}/")]
pub(super) async fn replace(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    change_email(&state, &caller, &id, body).await
}

/// Changes an account's email address.
///
/// Same as PUT.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_update",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    request_body = EmailUpdate,
    responses(
        (status = 200, description = "The updated account.", body = UserOut),
        (status = 403, description = "The account has a permission that the caller does not have.", body = DetailOut),
        (status = 404, description = "The account does not exist, or the caller may not see it.", body = DetailOut),
    ),
    security(("bearer" = [])),
)]
#[patch("/auth/users/{id}/")]
pub(super) async fn update(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    change_email(&state, &caller, &id, body).await
}

/// Deletes an account with its sessions and tokens.
///
/// Organizations of which the account is the only member are deleted too. Staff can delete accounts that have no
/// permission they do not have; other callers can delete only their own. The caller's own current password is required
/// in either case. The last active superuser and the only active owner of an organization with other members cannot be
/// deleted; the error names the organization.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_destroy",
    params(("id" = i64, Path, description = "The account's id.", minimum = 1, example = 1)),
    request_body = CurrentPassword,
    responses(
        (status = 204, description = "The account was deleted."),
        (status = 403, description = "The caller may not delete this account.", body = DetailOut),
        (status = 404, description = "The account does not exist.", body = DetailOut),
    ),
    security(("bearer" = [])),
)]
#[delete("/auth/users/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, address } = caller.required()?;
    // Callers who are not staff get the same error whether or not the account exists.
    if !is_staff(&caller.account) && account_id(&id) != Some(caller.account.id) {
        return Err(Problem::Forbidden.into());
    }
    let doomed = visible(&state, caller.account.clone(), &id).await?;
    outrank(
        &mut state.work(),
        &*state.assignments,
        &caller.account,
        &doomed,
    )
    .await?;
    let current = body.read::<CurrentPassword>().await?.check()?;
    state
        .passwords
        .confirm(&mut state.work(), &caller.account, &current, address)
        .await?;
    if doomed.id == caller.account.id {
        state.accounts.delete(&mut state.work(), doomed.id).await?;
    } else {
        let mut work = state.work();
        let deletion = state.people.delete(&mut work, &caller, doomed.id);
        as_staff(&state, &caller, doomed.id, deletion).await?;
    }
    Ok(Reply::no_content())
}

/// Returns the account that a path names, if the caller may see it.
///
/// # Errors
///
/// [`Problem::NotFound`] for an unknown account, and for every account but their own to callers who are not staff.
async fn visible(state: &DjoserState, caller: Account, id: &str) -> Result<Account, Problem> {
    match account_id(id) {
        Some(id) if id == caller.id => Ok(caller),
        Some(id) if is_staff(&caller) => Ok(state.accounts.by_id(&mut state.work(), id).await?),
        _ => Err(Problem::NotFound),
    }
}

/// Changes an email address. The caller's rank is checked because control of the address permits a password reset.
async fn change_email(
    state: &DjoserState,
    caller: &identity::Caller,
    id: &str,
    body: Body<Drf>,
) -> Response<Drf> {
    let account = visible(state, caller.account.clone(), id).await?;
    outrank(
        &mut state.work(),
        &*state.assignments,
        &caller.account,
        &account,
    )
    .await?;
    let patch = body
        .read::<EmailUpdate>()
        .await?
        .check(state, &account)
        .await?;
    let mut work = state.work();
    let change = state.accounts.update(&mut work, account.id, patch);
    let account = if account.id == caller.account.id {
        change.await?
    } else {
        as_staff(state, caller, account.id, change).await?
    };
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Runs `work` on another account in a transaction that checks again, under lock, that the caller may change it.
async fn as_staff<T>(
    state: &DjoserState,
    caller: &identity::Caller,
    target: AccountId,
    work: impl Future<Output = identity::Result<T>>,
) -> Result<T, Problem> {
    state
        .db
        .atomically(async {
            let held = hold(&mut state.work(), &*state.people, caller, target).await?;
            if !is_staff(&held.actor) {
                return Err(Problem::Forbidden);
            }
            outrank(
                &mut state.work(),
                &*state.assignments,
                &held.actor,
                &held.target,
            )
            .await?;
            Ok(work.await?)
        })
        .await
}

/// A new email address.
#[derive(Deserialize, ToSchema)]
struct EmailUpdate {
    /// Absent: unchanged. Empty: removed.
    #[serde(default)]
    #[schema(schema_with = email_or_empty)]
    email: Input,
}

impl EmailUpdate {
    async fn check(self, state: &DjoserState, account: &Account) -> Result<AccountPatch, Problem> {
        let mut faults = FieldErrors::default();
        let email = Read::OPTIONAL_OR_BLANK.email(&mut faults, "email", &self.email);
        if let Change::Set(email) = &email {
            let wanted = UniqueValues {
                email: Some(email),
                except: Some(account.id),
                ..UniqueValues::default()
            };
            report_taken(state, &mut faults, wanted, "username").await?;
        }
        Ok(faults.or(AccountPatch {
            email,
            ..AccountPatch::default()
        })?)
    }
}
