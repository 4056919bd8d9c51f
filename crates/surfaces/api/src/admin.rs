//! `/api/auth/admin/users/`: administration of accounts by administrators.
//! Source: docs/contract/api.md «Admin users», «Roles of accounts».

pub(super) mod actions;

use loggia_application::{AccountChange, AccountCreation, Authority, Requirement};
use loggia_http::request::fields::Choice;
use loggia_identity::{Account, AccountField};

use super::{
    account_fields::{AccountFields, find_role},
    path::account_id_in,
    profile::{NAME_MAX, PHONE_MAX, ProfileOut},
};
use crate::prelude::*;

/// The fields that `ordering` accepts.
const ORDER: [(&str, AccountField); 7] = [
    ("id", AccountField::Id),
    ("email", AccountField::Email),
    ("username", AccountField::Username),
    ("first_name", AccountField::FirstName),
    ("last_name", AccountField::LastName),
    ("role", AccountField::Role),
    ("is_active", AccountField::IsActive),
];

/// Lists all accounts.
///
/// `search` covers username, email address and full name. `ordering` accepts `id`, `email`, `username`, `first_name`,
/// `last_name`, `role` and `is_active`.
#[utoipa::path(
    get, path = "/api/auth/admin/users/", tag = "admin", operation_id = "api_admin_users_list",
    params(ListParams),
    responses((status = 200, description = "The accounts.", body = Vec<ProfileOut>)),
)]
pub(super) async fn list(_: Guard<RequireAdmin>, state: State, query: ListQuery) -> Response {
    let listing = query.listing(&ORDER)?;
    let accounts = &state.account_management;
    let page = accounts.list(&mut state.work(), &listing).await?;
    let url = &state.public_url;
    Ok(query.reply(url, listing.page, &page.map(ProfileOut::from)))
}

/// Creates an account.
///
/// Without a username, the email address becomes the username if it is a valid and free one; otherwise a username is
/// derived from it. `role` is `user`, `admin` or the name of a role, regardless of case. Callers cannot grant a
/// permission that they do not have.
#[utoipa::path(
    post, path = "/api/auth/admin/users/", tag = "admin", operation_id = "api_admin_users_create",
    request_body = AdminUserCreate,
    responses((status = 201, description = "The account.", body = ProfileOut)),
)]
pub(super) async fn create(caller: Guard<RequireAdmin>, state: State, body: Body) -> Response {
    let new = body.read::<AdminUserCreate>().await?.check(&state).await?;
    let accounts = &state.account_management;
    let account = accounts.create(&mut state.work(), authority(&caller), new).await?;
    Ok(Reply::created(&ProfileOut::from(account)))
}

/// Returns an account.
#[utoipa::path(
    get, path = "/api/auth/admin/users/{id}/", tag = "admin", operation_id = "api_admin_users_retrieve",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses((status = 200, description = "The account.", body = ProfileOut)),
)]
pub(super) async fn retrieve(_: Guard<RequireAdmin>, state: State, id: Path<String>) -> Response {
    let id = account_id_in(&id)?;
    let account = state.accounts.by_id(&mut state.work(), id).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes an account. The email address is required.
///
/// Absent fields keep their value. A new password and deactivation end the account's sessions. Callers cannot change an
/// account that has a permission they do not have, deactivate their own account, or change their own role.
#[utoipa::path(
    put, path = "/api/auth/admin/users/{id}/", tag = "admin", operation_id = "api_admin_users_replace",
    params(("id" = i64, Path, description = "The account's id.", example = 1)), request_body = AdminUserReplace,
    responses((status = 200, description = "The updated account.", body = ProfileOut)),
)]
pub(super) async fn replace(
    caller: Guard<RequireAdmin>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change(&caller, &state, &id, body.read()).await
}

/// Changes the given fields of an account.
///
/// Same as PUT, except that `email` is optional.
#[utoipa::path(
    patch, path = "/api/auth/admin/users/{id}/", tag = "admin", operation_id = "api_admin_users_update",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = Partial<AdminUserReplace>,
    responses((status = 200, description = "The updated account.", body = ProfileOut)),
)]
pub(super) async fn update(
    caller: Guard<RequireAdmin>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change(&caller, &state, &id, body.read_partial()).await
}

/// Deletes an account and everything that belongs to it.
///
/// Callers cannot delete their own account here, or an account that has a permission they do not have.
#[utoipa::path(
    delete, path = "/api/auth/admin/users/{id}/", tag = "admin", operation_id = "api_admin_users_destroy",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses(
        (status = 204, description = "The account was deleted."),
        (
            status = 400,
            description = "The account is the caller's own, the last active superuser, or the only active owner of an organization with other members.",
            body = DetailOut,
            example = json!({
                "detail": "You cannot deactivate, delete or change the role of your own account.",
            }),
        ),
    ),
)]
pub(super) async fn destroy(
    caller: Guard<RequireAdmin>,
    state: State,
    id: Path<String>,
) -> Response {
    let id = account_id_in(&id)?;
    let accounts = &state.account_management;
    accounts.delete(&mut state.work(), authority(&caller), id).await?;
    Ok(Reply::no_content())
}

/// Returns the authority by which the handlers of this file change accounts.
fn authority(caller: &SignedIn) -> Authority<'_> {
    Authority { caller: &caller.caller, requirement: Requirement::Admin }
}

/// Returns the account that a path names. The caller's authority over the account is checked before the body is read.
/// Source: docs/contract/drf.md «Order of checks».
async fn changeable(
    caller: &SignedIn,
    state: &ApiState,
    id: &Path<String>,
) -> Result<Account, Problem> {
    let id = account_id_in(id)?;
    let accounts = &state.account_management;
    let actor = &caller.caller.account;
    Ok(accounts.find_changeable(&mut state.work(), actor, id).await?)
}

/// Changes an account. PUT and PATCH differ in whether the email address is required.
async fn change(
    caller: &SignedIn,
    state: &ApiState,
    id: &Path<String>,
    sent: impl Future<Output = Sent<AdminUserReplace>>,
) -> Response {
    let before = changeable(caller, state, id).await?;
    let change = sent.await?.check(state, &before).await?;
    let accounts = &state.account_management;
    let account = accounts.update(&mut state.work(), authority(caller), before.id, change).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct AdminUserCreate {
    /// Unique regardless of case.
    email: Required<Email>,
    /// Checked by the password policy. Example: `SecurePass123!`
    password: Required<Password<8>>,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively. Example: `username`
    username: Optional<Username>,
    /// Example: `John`
    first_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `Doe`
    last_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `1234567890`
    phone_number: OptionalOrBlank<Text<{ PHONE_MAX }>>,
    /// Default: `user`. Example: `user`
    role: Optional<Choice>,
    /// Default: true.
    is_active: Optional<Boolean>,
}

impl AdminUserCreate {
    async fn check(self, state: &ApiState) -> Result<AccountCreation, Problem> {
        let mut errors = FieldErrors::default();
        let mut fields = AccountFields {
            email: self.email.read(&mut errors),
            username: self.username.read(&mut errors),
            password: self.password.read(&mut errors),
            first_name: self.first_name.read_or_empty(&mut errors),
            last_name: self.last_name.read_or_empty(&mut errors),
            phone_number: self.phone_number.read_or_empty(&mut errors),
            ..AccountFields::default()
        };
        let role = self.role.read(&mut errors);
        fields.role = find_role(state, role, &self.role, &mut errors).await?;
        fields.is_active = self.is_active.read(&mut errors);
        fields.creation(state, errors).await
    }
}

/// The fields of an account.
#[derive(Deserialize, ToSchema)]
struct AdminUserReplace {
    /// Unique regardless of case.
    email: Required<Email>,
    /// A new password, checked by the password policy. Example: `SecurePass123!`
    password: Optional<Password<8>>,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively. Example: `username`
    username: Optional<Username>,
    /// Example: `John`
    first_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `Doe`
    last_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `1234567890`
    phone_number: OptionalOrBlank<Text<{ PHONE_MAX }>>,
    /// Example: `user`
    role: Optional<Choice>,
    is_active: Optional<Boolean>,
}

impl AdminUserReplace {
    async fn check(self, state: &ApiState, before: &Account) -> Result<AccountChange, Problem> {
        let mut errors = FieldErrors::default();
        let mut fields = AccountFields {
            email: self.email.read(&mut errors),
            username: self.username.read(&mut errors),
            password: self.password.read(&mut errors),
            first_name: self.first_name.read_or_empty(&mut errors),
            last_name: self.last_name.read_or_empty(&mut errors),
            phone_number: self.phone_number.read_or_empty(&mut errors),
            ..AccountFields::default()
        };
        let role = self.role.read(&mut errors);
        fields.role = find_role(state, role, &self.role, &mut errors).await?;
        fields.is_active = self.is_active.read(&mut errors);
        fields.change(state, errors, before).await
    }
}
