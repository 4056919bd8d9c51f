//! `/api/auth/me/` and `/api/auth/profile/`: one record at two paths. Source: docs/contract/api.md «Profile».

use actix_web::{get, patch, put, web::Data};
use loggia_identity::{Account, AccountPatch, Field, Wanted};
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

/// Shows the caller's own account.
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

/// Changes the caller's own account; the address must be named.
///
/// What is not named stays. `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_me_replace",
    request_body = ProfileReplace,
    responses(
        (status = 200, description = "The account as it is now.", body = ProfileOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
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

/// Changes what is named of the caller's own account.
///
/// `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_me_update",
    request_body = ProfileUpdate,
    responses(
        (status = 200, description = "The account as it is now.", body = ProfileOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
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

/// Shows the caller's own account, as /api/auth/me/ does.
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

/// Changes the caller's own account, as /api/auth/me/ does; the address must be named.
///
/// What is not named stays. `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_profile_replace",
    request_body = ProfileReplace,
    responses(
        (status = 200, description = "The account as it is now.", body = ProfileOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
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

/// Changes what is named of the caller's own account, as /api/auth/me/ does.
///
/// `id`, `role` and `is_active` are ignored.
#[utoipa::path(
    tag = "profile",
    operation_id = "api_profile_update",
    request_body = ProfileUpdate,
    responses(
        (status = 200, description = "The account as it is now.", body = ProfileOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
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

/// What both paths do with a body. PUT and PATCH differ in whether the address must be there.
async fn change(
    state: &ApiState,
    id: AccountId,
    body: Body<Drf>,
    email: Read,
) -> Result<Account, Reject<Drf>> {
    let wanted: ProfileUpdate = body.read().await?;
    let patch = wanted.check(state, id, email).await?;
    Ok(state.accounts.update(id, patch).await?)
}

/// Characters. Source: Django 5.2, `AbstractUser`; docs/contract/drf.md «Fields».
pub(super) const NAME_MAX: usize = 150;
/// Characters. Source: the recorded `register.phone-too-long`.
pub(super) const PHONE_MAX: usize = 20;

/// An account as it should be.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it says of `ProfileUpdate` that PUT demands the address"
)]
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

/// What changes of an account.
#[derive(Deserialize, ToSchema)]
struct ProfileUpdate {
    /// Unique without regard to case.
    #[serde(default)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "user@example.com")]
    email: Input,
    /// Letters and digits of any script and `@.+-_`; unique letter for letter.
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
        let wanted = Wanted {
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

/// Names the values that another account holds, beside the other faults.
pub(super) async fn add_taken(
    state: &ApiState,
    faults: &mut FieldErrors,
    wanted: Wanted<'_>,
) -> Result<(), Problem> {
    let taken = state.accounts.taken(wanted).await?;
    for (name, field) in [("email", Field::Email), ("username", Field::Username)] {
        if taken.contains(&field) {
            faults.add(name, Code::Taken(field));
        }
    }
    Ok(())
}

/// The caller's account.
#[derive(Serialize, ToSchema)]
pub(super) struct ProfileOut {
    #[schema(example = 1)]
    id: i64,
    /// Empty for an account that was made without one, as djoser permits.
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
