//! `/api/auth/admin/users/`: administration of accounts by administrators.
//! Source: docs/contract/api.md «Admin users», «Roles of accounts».

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_identity::AccountField;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    authority::{Right, hold, subordinate, target},
    person::{self, Demands, GivenRole, Person},
    profile::ProfileOut,
};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf, FieldErrorsOut},
    error::{FieldErrors, Problem},
    request::{Body, Input, ListParams, ListQuery, Read},
    response::{Reply, Response},
};

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
    tag = "admin",
    operation_id = "api_admin_users_list",
    params(ListParams),
    responses((status = 200, description = "The accounts.", body = Vec<ProfileOut>)),
    security(("bearer" = ["admin"])),
)]
#[get("/api/auth/admin/users/")]
pub(super) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
) -> Response<Drf> {
    caller.required()?.require_admin()?;
    let listing = query.listing(&ORDER)?;
    let page = state.people.list(&mut state.work(), &listing).await?;
    let url = &state.public_url;
    Ok(query.reply(url, listing.page, &page.map(ProfileOut::from)))
}

/// Creates an account.
///
/// Without a username, the email address becomes the username if it is a valid and free one; otherwise a username is
/// derived from it. `role` is `user`, `admin` or the name of a role, regardless of case. Callers cannot grant a
/// permission that they do not have.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_create",
    request_body = AdminUserCreate,
    responses(
        (status = 201, description = "The account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "role": ["\"emperor\" is not a valid choice."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[post("/api/auth/admin/users/")]
pub(super) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let new: Person = body.read().await?;
    let demands = Demands {
        email: Read::REQUIRED,
        username: Read::OPTIONAL,
        password: Read::REQUIRED,
    };
    let new = new.check(&state, demands, None).await?;
    let account = new.create(&state, Right::Admin, &caller).await?;
    Ok(Reply::created(&ProfileOut::from(account)))
}

/// Returns an account.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_retrieve",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses((status = 200, description = "The account.", body = ProfileOut)),
    security(("bearer" = ["admin"])),
)]
#[get("/api/auth/admin/users/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    caller.required()?.require_admin()?;
    let account = target(&state, &id).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes an account. The email address is required.
///
/// Absent fields keep their value. A new password and deactivation end the account's sessions. Callers cannot change an
/// account that has a permission they do not have, deactivate their own account, or change their own role.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_replace",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = AdminUserReplace,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["This field is required."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[put("/api/auth/admin/users/{id}/")]
pub(super) async fn replace(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    change(caller, &state, &id, body, Read::REQUIRED).await
}

/// Changes the given fields of an account.
///
/// Same as PUT, except that `email` is optional.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_update",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = AdminUserUpdate,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[patch("/api/auth/admin/users/{id}/")]
pub(super) async fn update(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    change(caller, &state, &id, body, Read::OPTIONAL).await
}

/// Deletes an account and everything that belongs to it.
///
/// Callers cannot delete their own account here, or an account that has a permission they do not have.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_destroy",
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
    security(("bearer" = ["admin"])),
)]
#[delete("/api/auth/admin/users/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let id = target(&state, &id).await?.id;
    person::delete(&state, Right::Admin, &caller, id).await?;
    Ok(Reply::no_content())
}

/// Deactivates an active account, or activates an inactive one.
///
/// The request body is ignored. Deactivation ends the account's sessions. Callers cannot deactivate their own account.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_toggle_active",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "The account is the caller's own, the last active superuser, or the only active owner of an organization with other members.",
            body = DetailOut,
            example = json!({
                "detail": "You cannot deactivate, delete or change the role of your own account.",
            }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[post("/api/auth/admin/users/{id}/toggle_active/")]
pub(super) async fn toggle_active(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let id = target(&state, &id).await?.id;
    let account = state
        .db
        .atomically(async {
            hold(&state, Right::Admin, &caller, id).await?;
            let toggled = state
                .people
                .toggle_active(&mut state.work(), &caller.caller, id)
                .await;
            toggled.map_err(Problem::from)
        })
        .await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes an account's role.
///
/// `role` is `user`, `admin` or the name of a role, regardless of case. `admin` also assigns the built-in role `Admin`,
/// another name assigns the role of that name, and the role that belonged to the former value is removed. Callers
/// cannot grant a permission that they do not have, or change their own role.
#[utoipa::path(
    tag = "admin",
    operation_id = "api_admin_users_change_role",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = ChangeRole,
    responses(
        (status = 200, description = "The updated account.", body = ProfileOut),
        (
            status = 400,
            description = "The role does not exist.",
            body = FieldErrorsOut,
            example = json!({ "role": ["\"emperor\" is not a valid choice."] }),
        ),
    ),
    security(("bearer" = ["admin"])),
)]
#[post("/api/auth/admin/users/{id}/change_role/")]
pub(super) async fn change_role(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let id = subordinate(&state, &caller, &id).await?.id;
    let role = body.read::<ChangeRole>().await?.check(&state).await?;
    let account = person::change_role(&state, &caller, id, role).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// Changes an account. PUT and PATCH differ in whether the email address is required.
async fn change(
    caller: Caller<Api>,
    state: &ApiState,
    id: &Path<String>,
    body: Body<Drf>,
    email: Read,
) -> Response<Drf> {
    let caller = caller.required()?.require_admin()?;
    let before = subordinate(state, &caller, id).await?;
    let wanted: Person = body.read().await?;
    let demands = Demands {
        email,
        username: Read::OPTIONAL,
        password: Read::OPTIONAL,
    };
    let wanted = wanted.check(state, demands, Some(&before)).await?;
    let right = Right::Admin;
    let account = wanted.change(state, right, &caller, before.id).await?;
    Ok(Reply::ok(&ProfileOut::from(account)))
}

/// The new role of an account.
#[derive(Deserialize, ToSchema)]
struct ChangeRole {
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, example = "admin")]
    role: Input,
}

impl ChangeRole {
    async fn check(self, state: &ApiState) -> Result<GivenRole, Problem> {
        let mut faults = FieldErrors::default();
        let role = GivenRole::check(state, &mut faults, Read::REQUIRED, &self.role).await?;
        role.ok_or_else(|| faults.into())
    }
}

/// A new account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Person` for POST")]
struct AdminUserCreate {
    /// Unique regardless of case.
    #[schema(format = Email, max_length = 254, example = "user@example.com")]
    email: String,
    #[schema(format = Password, min_length = 8, example = "SecurePass123!")]
    password: String,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively.
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
    /// Default: `user`.
    #[schema(nullable = false, min_length = 1, example = "user")]
    role: Option<String>,
    /// Default: true.
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
}

/// The fields of an account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Person` for PUT")]
struct AdminUserReplace {
    #[schema(format = Email, max_length = 254, example = "user@example.com")]
    email: String,
    #[schema(nullable = false, format = Password, min_length = 8, example = "SecurePass123!")]
    password: Option<String>,
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
    #[schema(nullable = false, min_length = 1, example = "user")]
    role: Option<String>,
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
}

/// The changes of an account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Person` for PATCH")]
struct AdminUserUpdate {
    #[schema(nullable = false, format = Email, max_length = 254, example = "user@example.com")]
    email: Option<String>,
    #[schema(nullable = false, format = Password, min_length = 8, example = "SecurePass123!")]
    password: Option<String>,
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
    #[schema(nullable = false, min_length = 1, example = "user")]
    role: Option<String>,
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
}
