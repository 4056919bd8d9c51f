//! `/api/auth/me/` and `/api/auth/profile/`: the caller's account at two paths. Source: docs/contract/api.md «Profile».

use loggia_identity::{Account, AccountPatch, Field, UniqueValues};
use loggia_kernel::{self as kernel, AccountId, Change};

use crate::prelude::*;

/// Returns the caller's account.
#[utoipa::path(
    get, path = "/api/auth/me/", tag = "profile", operation_id = "api_me_retrieve",
    responses((status = 200, description = "The caller's account.", body = ProfileOut)),
)]
pub(super) async fn me(guard: Guard<Authenticated>) -> Response {
    Ok(Reply::ok(&ProfileOut::from(guard.into_inner().caller.account)))
}

/// Changes the caller's account. The email address is required.
///
/// Absent fields keep their value. `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    put, path = "/api/auth/me/", tag = "profile", operation_id = "api_me_replace",
    request_body = ProfileReplace,
    responses((status = 200, description = "The updated account.", body = ProfileOut)),
)]
pub(super) async fn replace_me(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    change(&state, &guard, body.read()).await
}

/// Changes the given fields of the caller's account.
///
/// `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    patch, path = "/api/auth/me/", tag = "profile", operation_id = "api_me_update",
    request_body = Partial<ProfileReplace>,
    responses((status = 200, description = "The updated account.", body = ProfileOut)),
)]
pub(super) async fn update_me(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    change(&state, &guard, body.read_partial()).await
}

/// Returns the caller's account. Same as /api/auth/me/.
#[utoipa::path(
    get, path = "/api/auth/profile/", tag = "profile", operation_id = "api_profile_retrieve",
    responses((status = 200, description = "The caller's account.", body = ProfileOut)),
)]
pub(super) async fn profile(guard: Guard<Authenticated>) -> Response {
    Ok(Reply::ok(&ProfileOut::from(guard.into_inner().caller.account)))
}

/// Changes the caller's account. Same as PUT /api/auth/me/.
///
/// The email address is required. Absent fields keep their value. `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    put, path = "/api/auth/profile/", tag = "profile", operation_id = "api_profile_replace",
    request_body = ProfileReplace,
    responses((status = 200, description = "The updated account.", body = ProfileOut)),
)]
pub(super) async fn replace_profile(
    guard: Guard<Authenticated>,
    state: State,
    body: Body,
) -> Response {
    change(&state, &guard, body.read()).await
}

/// Changes the given fields of the caller's account. Same as PATCH /api/auth/me/.
///
/// `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    patch, path = "/api/auth/profile/", tag = "profile", operation_id = "api_profile_update",
    request_body = Partial<ProfileReplace>,
    responses((status = 200, description = "The updated account.", body = ProfileOut)),
)]
pub(super) async fn update_profile(
    guard: Guard<Authenticated>,
    state: State,
    body: Body,
) -> Response {
    change(&state, &guard, body.read_partial()).await
}

async fn change(
    state: &ApiState,
    caller: &SignedIn,
    sent: impl Future<Output = Sent<ProfileReplace>>,
) -> Response {
    let id = caller.caller.account.id;
    let patch = sent.await?.check(state, id).await?;
    let account = state.accounts.update(&mut state.work(), id, patch).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Limit in characters. Source: Django 5.2, `AbstractUser`; docs/contract/drf.md «Fields».
pub(super) const NAME_MAX: usize = 150;
/// Limit in characters. Source: the recorded `register.phone-too-long`.
pub(super) const PHONE_MAX: usize = 20;

/// The fields of the caller's account.
#[derive(Deserialize, ToSchema)]
struct ProfileReplace {
    /// Unique regardless of case.
    email: Required<Email>,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively. Example: `username`
    username: Optional<Username>,
    /// Example: `John`
    first_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `Doe`
    last_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `1234567890`
    phone_number: OptionalOrBlank<Text<{ PHONE_MAX }>>,
}

impl ProfileReplace {
    async fn check(&self, state: &ApiState, id: AccountId) -> Result<AccountPatch, Problem> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors);
        let username = self.username.read(&mut errors);
        let first_name = self.first_name.read_or_empty(&mut errors);
        let last_name = self.last_name.read_or_empty(&mut errors);
        let phone_number = self.phone_number.read_or_empty(&mut errors);
        let unique =
            UniqueValues { username: username.as_ref(), email: email.as_ref(), except: Some(id) };
        add_taken(state, &mut errors, unique).await?;
        Ok(errors.or(AccountPatch {
            username,
            email: email.map_or(Change::Keep, Change::Set),
            first_name,
            last_name,
            phone_number,
            ..AccountPatch::default()
        })?)
    }
}

/// Reports the values that other accounts already have, beside the other errors.
pub(super) async fn add_taken(
    state: &ApiState,
    errors: &mut FieldErrors,
    unique: UniqueValues<'_>,
) -> Result<(), Problem> {
    let taken = state.accounts.taken(&mut state.work(), unique).await?;
    for (name, field) in [("email", Field::Email), ("username", Field::Username)] {
        if taken.contains(&field) {
            errors.add(name, Code::Taken(field));
        }
    }
    Ok(())
}

/// Returns the text of an email address on the wire: empty if the account has none.
pub(super) fn email_text(email: Option<kernel::Email>) -> String {
    email.map(|email| email.to_string()).unwrap_or_default()
}

/// An account with all of its fields.
#[derive(Serialize, ToSchema)]
pub(super) struct ProfileOut {
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
    #[schema(example = "1234567890")]
    phone_number: String,
    #[schema(example = "user")]
    role: String,
    is_active: bool,
}

impl From<Account> for ProfileOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.get(),
            email: email_text(account.email),
            username: account.username.to_string(),
            first_name: account.first_name,
            last_name: account.last_name,
            phone_number: account.phone_number,
            role: account.role,
            is_active: account.is_active,
        }
    }
}
