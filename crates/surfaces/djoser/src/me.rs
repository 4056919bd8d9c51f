//! `/auth/users/me/`: the caller's own account.
//!
//! Source: docs/contract/djoser.md «Current user»; djoser 2.3.5, `views.py`, `UserViewSet.me`.

use actix_web::{delete, get, patch, put, web::Data};
use loggia_identity::{Account, AccountPatch, UniqueValues};
use loggia_kernel::Change;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    proof::CurrentPassword,
    users::{UserOut, email_or_empty, report_taken},
};
use crate::{Djoser, DjoserState};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::Drf,
    error::{FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Returns the caller's account.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_me",
    responses((status = 200, description = "The account.", body = UserOut)),
    security(("bearer" = [])),
)]
#[get("/auth/users/me/")]
pub(super) async fn retrieve_me(caller: Caller<Djoser>) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    Ok(Reply::ok(&UserOut::from(&caller.account)))
}

/// Changes the caller's username and email address.
///
/// Absent fields keep their value. An empty `email` removes the address; a new address needs no confirmation.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_replace_me",
    request_body = CurrentUserUpdate,
    responses((status = 200, description = "The updated account.", body = UserOut)),
    security(("bearer" = [])),
)]
#[put("/auth/users/me/")]
pub(super) async fn replace_me(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    change(&state, &caller.account, body).await
}

/// Changes the caller's username or email address.
///
/// Same as PUT.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_update_me",
    request_body = CurrentUserUpdate,
    responses((status = 200, description = "The updated account.", body = UserOut)),
    security(("bearer" = [])),
)]
#[patch("/auth/users/me/")]
pub(super) async fn update_me(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    change(&state, &caller.account, body).await
}

/// Deletes the caller's account with its sessions and tokens.
///
/// Organizations of which the account is the only member are deleted too. The last active superuser and the only active
/// owner of an organization with other members cannot be deleted; the error names the organization.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_destroy_me",
    request_body = CurrentPassword,
    responses((status = 204, description = "The account was deleted.")),
    security(("bearer" = [])),
)]
#[delete("/auth/users/me/")]
pub(super) async fn destroy_me(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, address } = caller.required()?;
    let current = body.read::<CurrentPassword>().await?.check()?;
    state
        .passwords
        .confirm(&mut state.work(), &caller.account, &current, address)
        .await?;
    state
        .accounts
        .delete(&mut state.work(), caller.account.id)
        .await?;
    Ok(Reply::no_content())
}

async fn change(state: &DjoserState, account: &Account, body: Body<Drf>) -> Response<Drf> {
    let patch = body
        .read::<CurrentUserUpdate>()
        .await?
        .check(state, account)
        .await?;
    let account = state
        .accounts
        .update(&mut state.work(), account.id, patch)
        .await?;
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Changes of the caller's account.
// djoser itself changes only the email address here. Source: docs/contract/djoser.md «Differences from djoser».
#[derive(Deserialize, ToSchema)]
struct CurrentUserUpdate {
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`.
    #[serde(default)]
    #[schema(value_type = String, example = "new_username", min_length = 1, max_length = 150)]
    username: Input,
    /// Empty: the address is removed.
    #[serde(default)]
    #[schema(schema_with = email_or_empty)]
    email: Input,
}

impl CurrentUserUpdate {
    async fn check(self, state: &DjoserState, account: &Account) -> Result<AccountPatch, Problem> {
        let mut faults = FieldErrors::default();
        let email = Read::OPTIONAL_OR_BLANK.email(&mut faults, "email", &self.email);
        let username = Read::OPTIONAL.username(&mut faults, "username", &self.username);
        let wanted = UniqueValues {
            username: username.as_ref(),
            email: match &email {
                Change::Set(email) => Some(email),
                Change::Keep | Change::Clear => None,
            },
            except: Some(account.id),
        };
        report_taken(state, &mut faults, wanted, "username").await?;
        Ok(faults.or(AccountPatch {
            username,
            email,
            ..AccountPatch::default()
        })?)
    }
}
