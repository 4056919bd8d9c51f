//! `/api/users/`: administration of accounts by callers with `manage_users` or `view_users`.
//! Source: docs/contract/api.md «Users», «Shared paths».
//!
//! The literal words of surface `users` below the same path take precedence. A segment that is neither such a word nor
//! a number names no account.

use loggia_application::{AccountChange, AccountCreation, Authority, Requirement};
use loggia_identity::{Account, AccountField};
use loggia_rbac::codename;

use super::{
    account_fields::AccountFields,
    path::account_id_in,
    permission::{ManageUsers, ViewUsers},
    profile::{NAME_MAX, PHONE_MAX, email_text},
};
use crate::prelude::*;

type CanView = RequirePermission<(ManageUsers, ViewUsers)>;
type CanManage = RequirePermission<ManageUsers>;

/// The fields that `ordering` accepts.
const ORDER: [(&str, AccountField); 6] = [
    ("id", AccountField::Id),
    ("email", AccountField::Email),
    ("username", AccountField::Username),
    ("first_name", AccountField::FirstName),
    ("last_name", AccountField::LastName),
    ("is_active", AccountField::IsActive),
];

/// Lists all accounts.
///
/// `search` covers username, email address and full name. `ordering` accepts `id`, `email`, `username`, `first_name`,
/// `last_name` and `is_active`.
#[utoipa::path(
    get, path = "/api/users/", tag = "users", params(ListParams),
    responses((status = 200, description = "The accounts.", body = Vec<UserOut>)),
)]
pub(super) async fn list(_: Guard<CanView>, state: State, query: ListQuery) -> Response {
    let listing = query.listing(&ORDER)?;
    let accounts = &state.account_management;
    let page = accounts.list(&mut state.work(), &listing).await?;
    let url = &state.public_url;
    Ok(query.reply(url, listing.page, &page.map(UserOut::from)))
}

/// Creates an account.
#[utoipa::path(
    post, path = "/api/users/", tag = "users", request_body = UserCreate,
    responses((status = 201, description = "The account.", body = ManagedUserOut)),
)]
pub(super) async fn create(caller: Guard<CanManage>, state: State, body: Body) -> Response {
    let new = body.read::<UserCreate>().await?.check(&state).await?;
    let accounts = &state.account_management;
    let account = accounts.create(&mut state.work(), authority(&caller), new).await?;
    Ok(Reply::created(&ManagedUserOut::from(account)))
}

/// Returns an account.
#[utoipa::path(
    get, path = "/api/users/{id}/", tag = "users",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses((status = 200, description = "The account.", body = UserOut)),
)]
pub(super) async fn retrieve(_: Guard<CanView>, state: State, id: Path<String>) -> Response {
    let id = account_id_in(&id)?;
    let account = state.accounts.by_id(&mut state.work(), id).await?;
    Ok(Reply::ok(&UserOut::from(account)))
}

/// Changes an account. Email address and username are required.
///
/// Absent fields keep their value. A new password and deactivation end the account's sessions. Callers cannot change an
/// account that has a permission they do not have, or deactivate their own account.
#[utoipa::path(
    put, path = "/api/users/{id}/", tag = "users",
    params(("id" = i64, Path, description = "The account's id.", example = 1)), request_body = UserReplace,
    responses((status = 200, description = "The updated account.", body = ManagedUserOut)),
)]
pub(super) async fn replace(
    caller: Guard<CanManage>,
    state: State,
    id: Path<String>,
    body: Body,
) -> Response {
    change(&caller, &state, &id, body.read()).await
}

/// Changes the given fields of an account.
///
/// Same as PUT, except that `email` and `username` are optional.
#[utoipa::path(
    patch, path = "/api/users/{id}/", tag = "users",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = Partial<UserReplace>,
    responses((status = 200, description = "The updated account.", body = ManagedUserOut)),
)]
pub(super) async fn update(
    caller: Guard<CanManage>,
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
    delete, path = "/api/users/{id}/", tag = "users",
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
pub(super) async fn destroy(caller: Guard<CanManage>, state: State, id: Path<String>) -> Response {
    let id = account_id_in(&id)?;
    let accounts = &state.account_management;
    accounts.delete(&mut state.work(), authority(&caller), id).await?;
    Ok(Reply::no_content())
}

/// Returns the authority by which the handlers of this file change accounts.
fn authority(caller: &SignedIn) -> Authority<'_> {
    Authority {
        caller: &caller.caller,
        requirement: Requirement::Permission(codename::MANAGE_USERS),
    }
}

/// Changes an account. PUT and PATCH differ in which fields are required. The caller's authority over the account is
/// checked before the body is read. Source: docs/contract/drf.md «Order of checks».
async fn change(
    caller: &SignedIn,
    state: &ApiState,
    id: &Path<String>,
    sent: impl Future<Output = Sent<UserReplace>>,
) -> Response {
    let id = account_id_in(id)?;
    let accounts = &state.account_management;
    let before = accounts.find_changeable(&mut state.work(), &caller.caller.account, id).await?;
    let change = sent.await?.check(state, &before).await?;
    let account = accounts.update(&mut state.work(), authority(caller), id, change).await?;
    Ok(Reply::ok(&ManagedUserOut::from(account)))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct UserCreate {
    /// Unique regardless of case. Example: `newuser@example.com`
    email: Required<Email>,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively. Example: `newuser`
    username: Required<Username>,
    /// Checked by the password policy. Example: `SecurePass123!`
    password: Required<Password<8>>,
    /// Example: `Jane`
    first_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `Smith`
    last_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `1234567890`
    phone_number: OptionalOrBlank<Text<{ PHONE_MAX }>>,
    /// Default: true.
    is_active: Optional<Boolean>,
}

impl UserCreate {
    async fn check(self, state: &ApiState) -> Result<AccountCreation, Problem> {
        let mut errors = FieldErrors::default();
        let fields = AccountFields {
            email: self.email.read(&mut errors),
            username: self.username.read(&mut errors),
            password: self.password.read(&mut errors),
            first_name: self.first_name.read_or_empty(&mut errors),
            last_name: self.last_name.read_or_empty(&mut errors),
            phone_number: self.phone_number.read_or_empty(&mut errors),
            role: None,
            is_active: self.is_active.read(&mut errors),
        };
        fields.creation(state, errors).await
    }
}

/// The fields of an account.
#[derive(Deserialize, ToSchema)]
struct UserReplace {
    /// Unique regardless of case. Example: `newuser@example.com`
    email: Required<Email>,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively. Example: `newuser`
    username: Required<Username>,
    /// A new password, checked by the password policy. Example: `SecurePass123!`
    password: Optional<Password<8>>,
    /// Example: `Jane`
    first_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `Smith`
    last_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `1234567890`
    phone_number: OptionalOrBlank<Text<{ PHONE_MAX }>>,
    is_active: Optional<Boolean>,
}

impl UserReplace {
    async fn check(self, state: &ApiState, before: &Account) -> Result<AccountChange, Problem> {
        let mut errors = FieldErrors::default();
        let fields = AccountFields {
            email: self.email.read(&mut errors),
            username: self.username.read(&mut errors),
            password: self.password.read(&mut errors),
            first_name: self.first_name.read_or_empty(&mut errors),
            last_name: self.last_name.read_or_empty(&mut errors),
            phone_number: self.phone_number.read_or_empty(&mut errors),
            role: None,
            is_active: self.is_active.read(&mut errors),
        };
        fields.change(state, errors, before).await
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
struct UserOut {
    #[schema(example = 1)]
    id: i64,
    /// Empty if the account has no email address.
    #[schema(example = "user@example.com")]
    email: String,
    #[schema(example = "username")]
    username: String,
    #[schema(example = "John")]
    first_name: String,
    #[schema(example = "Doe")]
    last_name: String,
    is_active: bool,
}

impl From<Account> for UserOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.get(),
            email: email_text(account.email),
            username: account.username.to_string(),
            first_name: account.first_name,
            last_name: account.last_name,
            is_active: account.is_active,
        }
    }
}

/// An account, in the response to its creation or change.
#[derive(Serialize, ToSchema)]
struct ManagedUserOut {
    #[schema(example = 1)]
    id: i64,
    /// Empty if the account has no email address.
    #[schema(example = "newuser@example.com")]
    email: String,
    #[schema(example = "newuser")]
    username: String,
    #[schema(example = "Jane")]
    first_name: String,
    #[schema(example = "Smith")]
    last_name: String,
    #[schema(example = "1234567890")]
    phone_number: String,
    is_active: bool,
}

impl From<Account> for ManagedUserOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.get(),
            email: email_text(account.email),
            username: account.username.to_string(),
            first_name: account.first_name,
            last_name: account.last_name,
            phone_number: account.phone_number,
            is_active: account.is_active,
        }
    }
}
