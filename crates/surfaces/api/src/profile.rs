//! `/api/auth/me/` and `/api/auth/profile/`: the caller's account at two paths. Source: docs/contract/api.md «Profile».

use actix_web::{get, patch, put, web::Data};
use loggia_identity::{Account, AccountPatch, Field, UniqueValues};
use loggia_kernel::{AccountId, Change};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Api, ApiState};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::{Drf, FieldErrorsOut, Reject},
    error::{Code, FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Returns the caller's account.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_me",
    responses((status = 200, description = "The caller's account.", body = ProfileOut)),
    security(("bearer" = [])),
)]
#[get("/api/auth/me/")]
pub(super) async fn me(caller: Caller<Api>) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    Ok(Reply::ok(&ProfileOut::from(caller.account)))
}

/// Changes the caller's account. The email address is required.
///
/// Absent fields keep their value. `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_me_replace",
    request_body = ProfileReplace,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["This field is required."] }),
        ),
    ),
    security(("bearer" = [])),
)]
#[put("/api/auth/me/")]
pub(super) async fn replace_me(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let account = change(&state, caller.account.id, body, Read::REQUIRED).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes the given fields of the caller's account.
///
/// `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_me_update",
    request_body = ProfileUpdate,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
    security(("bearer" = [])),
)]
#[patch("/api/auth/me/")]
pub(super) async fn update_me(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let account = change(&state, caller.account.id, body, Read::OPTIONAL).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Returns the caller's account. Same as /api/auth/me/.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_profile",
    responses((status = 200, description = "The caller's account.", body = ProfileOut)),
    security(("bearer" = [])),
)]
#[get("/api/auth/profile/")]
pub(super) async fn profile(caller: Caller<Api>) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    Ok(Reply::ok(&ProfileOut::from(caller.account)))
}

/// Changes the caller's account. Same as PUT /api/auth/me/.
///
/// The email address is required. Absent fields keep their value. `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_profile_replace",
    request_body = ProfileReplace,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["This field is required."] }),
        ),
    ),
    security(("bearer" = [])),
)]
#[put("/api/auth/profile/")]
pub(super) async fn replace_profile(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let account = change(&state, caller.account.id, body, Read::REQUIRED).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes the given fields of the caller's account. Same as PATCH /api/auth/me/.
///
/// `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_profile_update",
    request_body = ProfileUpdate,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
    security(("bearer" = [])),
)]
#[patch("/api/auth/profile/")]
pub(super) async fn update_profile(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let account = change(&state, caller.account.id, body, Read::OPTIONAL).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes the caller's account at either path. PUT and PATCH differ in whether the email address is required.
async fn change(
    state: &ApiState,
    id: AccountId,
    body: Body<Drf>,
    email: Read,
) -> Result<Account, Reject<Drf>> {
    let wanted: ProfileUpdate = body.read().await?;
    let patch = wanted.check(state, id, email).await?;
    Ok(state.accounts.update(&mut state.work(), id, patch).await?)
}

/// Limit in characters. Source: Django 5.2, `AbstractUser`; docs/contract/drf.md «Fields».
pub(super) const NAME_MAX: usize = 150;
/// Limit in characters. Source: the recorded `register.phone-too-long`.
pub(super) const PHONE_MAX: usize = 20;

/// The fields of the caller's account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `ProfileUpdate` for PUT")]
struct ProfileReplace {
    #[schema(format = Email, max_length = 254, example = "user@example.com")]
    email: String,
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 150,
        example = "username"
    )]
    username: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "John")]
    first_name: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "Doe")]
    last_name: Option<String>,
    #[schema(nullable = false, max_length = 20, example = "1234567890")]
    phone_number: Option<String>,
}

/// The changes of the caller's account.
#[derive(Deserialize, ToSchema)]
struct ProfileUpdate {
    /// Unique regardless of case.
    #[serde(default)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "user@example.com")]
    email: Input,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 150, example = "username")]
    username: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 150, example = "John")]
    first_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 150, example = "Doe")]
    last_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 20, example = "1234567890")]
    phone_number: Input,
}

impl ProfileUpdate {
    async fn check(
        self,
        state: &ApiState,
        id: AccountId,
        read_email: Read,
    ) -> Result<AccountPatch, Problem> {
        let mut faults = FieldErrors::default();
        let email = read_email.email(&mut faults, "email", &self.email);
        let username = Read::OPTIONAL.username(&mut faults, "username", &self.username);
        let mut text = |name: &str, max: usize, input: &Input| {
            Read::OPTIONAL_OR_BLANK
                .max(max)
                .text(&mut faults, name, input)
        };
        let first_name = text("first_name", NAME_MAX, &self.first_name);
        let last_name = text("last_name", NAME_MAX, &self.last_name);
        let phone_number = text("phone_number", PHONE_MAX, &self.phone_number);
        let wanted = UniqueValues {
            username: username.as_ref(),
            email: match &email {
                Change::Set(email) => Some(email),
                Change::Keep | Change::Clear => None,
            },
            except: Some(id),
        };
        add_taken(state, &mut faults, wanted).await?;
        let patch = AccountPatch {
            username,
            email,
            first_name,
            last_name,
            phone_number,
            ..AccountPatch::default()
        };
        Ok(faults.or(patch)?)
    }
}

/// Reports the values that other accounts already have, beside the other errors.
pub(super) async fn add_taken(
    state: &ApiState,
    faults: &mut FieldErrors,
    wanted: UniqueValues<'_>,
) -> Result<(), Problem> {
    let taken = state.accounts.taken(&mut state.work(), wanted).await?;
    for (name, field) in [("email", Field::Email), ("username", Field::Username)] {
        if taken.contains(&field) {
            faults.add(name, Code::Taken(field));
        }
    }
    Ok(())
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
            email: account
                .email
                .map(|email| email.to_string())
                .unwrap_or_default(),
            username: account.username.to_string(),
            first_name: account.first_name,
            last_name: account.last_name,
            phone_number: account.phone_number,
            role: account.role,
            is_active: account.is_active,
        }
    }
}
