//! `/api/users/`: administration of accounts by callers with `manage_users` or `view_users`.
//! Source: docs/contract/api.md «Users», «Shared paths».
//!
//! The literal words of surface `users` below the same path take precedence. A segment that is neither such a word nor
//! a number names no account.

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_identity::{Account, AccountField};
use loggia_rbac::codename::{MANAGE_USERS, VIEW_USERS};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    authority::{Right, subordinate, target},
    person::{self, Demands, Person},
};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf, FieldErrorsOut},
    request::{Body, ListParams, ListQuery, Read},
    response::{Reply, Response},
};

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
    tag = "users",
    operation_id = "api_users_list",
    params(ListParams),
    responses((status = 200, description = "The accounts.", body = Vec<UserOut>)),
    security(("bearer" = ["manage_users", "view_users"])),
)]
#[get("/api/users/")]
pub(super) async fn list(
    caller: Caller<Api>,
    state: Data<ApiState>,
    query: ListQuery,
) -> Response<Drf> {
    let caller = caller.required()?;
    caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_USERS, VIEW_USERS],
        )
        .await?;
    let listing = query.listing(&ORDER)?;
    let page = state.people.list(&mut state.work(), &listing).await?;
    let url = &state.public_url;
    Ok(query.reply(url, listing.page, &page.map(UserOut::from)))
}

/// Creates an account.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_create",
    request_body = UserCreate,
    responses(
        (status = 201, description = "The account.", body = ManagedUserOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
    security(("bearer" = ["manage_users"])),
)]
#[post("/api/users/")]
pub(super) async fn create(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let caller = caller
        .required()?
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USERS])
        .await?;
    let new: Person = body.read().await?;
    let demands = Demands {
        email: Read::REQUIRED,
        username: Read::REQUIRED,
        password: Read::REQUIRED,
    };
    let new = new.without_role().check(&state, demands, None).await?;
    let account = new
        .create(&state, Right::Holds(MANAGE_USERS), &caller)
        .await?;
    Ok(Reply::created(&ManagedUserOut::from(account)))
}

/// Returns an account.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_retrieve",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    responses((status = 200, description = "The account.", body = UserOut)),
    security(("bearer" = ["manage_users", "view_users"])),
)]
#[get("/api/users/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller.required()?;
    caller
        .require(
            &mut state.work(),
            &*state.assignments,
            &[MANAGE_USERS, VIEW_USERS],
        )
        .await?;
    let account = target(&state, &id).await?;
    Ok(Reply::ok(&UserOut::from(account)))
}

/// Changes an account. Email address and username are required.
///
/// Absent fields keep their value. A new password and deactivation end the account's sessions. Callers cannot change an
/// account that has a permission they do not have, or deactivate their own account.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_replace",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = UserReplace,
    responses(
        (status = 200, description = "The updated account.", body = ManagedUserOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "username": ["This field is required."] }),
        ),
    ),
    security(("bearer" = ["manage_users"])),
)]
#[put("/api/users/{id}/")]
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
/// Same as PUT, except that `email` and `username` are optional.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_update",
    params(("id" = i64, Path, description = "The account's id.", example = 1)),
    request_body = UserUpdate,
    responses(
        (status = 200, description = "The updated account.", body = ManagedUserOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
    security(("bearer" = ["manage_users"])),
)]
#[patch("/api/users/{id}/")]
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
    tag = "users",
    operation_id = "api_users_destroy",
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
    security(("bearer" = ["manage_users"])),
)]
#[delete("/api/users/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Api>,
    state: Data<ApiState>,
    id: Path<String>,
) -> Response<Drf> {
    let caller = caller
        .required()?
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USERS])
        .await?;
    let id = target(&state, &id).await?.id;
    person::delete(&state, Right::Holds(MANAGE_USERS), &caller, id).await?;
    Ok(Reply::no_content())
}

/// Changes an account. PUT and PATCH differ in which fields are required.
async fn change(
    caller: Caller<Api>,
    state: &ApiState,
    id: &Path<String>,
    body: Body<Drf>,
    named: Read,
) -> Response<Drf> {
    let caller = caller
        .required()?
        .require(&mut state.work(), &*state.assignments, &[MANAGE_USERS])
        .await?;
    let before = subordinate(state, &caller, id).await?;
    let wanted: Person = body.read().await?;
    let demands = Demands {
        email: named,
        username: named,
        password: Read::OPTIONAL,
    };
    let wanted = wanted.without_role();
    let wanted = wanted.check(state, demands, Some(&before)).await?;
    let right = Right::Holds(MANAGE_USERS);
    let account = wanted.change(state, right, &caller, before.id).await?;
    Ok(Reply::ok(&ManagedUserOut::from(account)))
}

/// A new account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Person` for POST")]
struct UserCreate {
    /// Unique regardless of case.
    #[schema(format = Email, max_length = 254, example = "newuser@example.com")]
    email: String,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively.
    #[schema(min_length = 1, max_length = 150, example = "newuser")]
    username: String,
    #[schema(format = Password, min_length = 8, example = "SecurePass123!")]
    password: String,
    #[schema(nullable = false, max_length = 150, example = "Jane")]
    first_name: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "Smith")]
    last_name: Option<String>,
    #[schema(nullable = false, max_length = 20, example = "1234567890")]
    phone_number: Option<String>,
    /// Default: true.
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
}

/// The fields of an account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Person` for PUT")]
struct UserReplace {
    #[schema(format = Email, max_length = 254, example = "newuser@example.com")]
    email: String,
    #[schema(min_length = 1, max_length = 150, example = "newuser")]
    username: String,
    #[schema(nullable = false, format = Password, min_length = 8, example = "SecurePass123!")]
    password: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "Jane")]
    first_name: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "Smith")]
    last_name: Option<String>,
    #[schema(nullable = false, max_length = 20, example = "1234567890")]
    phone_number: Option<String>,
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
}

/// The changes of an account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "schema of `Person` for PATCH")]
struct UserUpdate {
    #[schema(nullable = false, format = Email, max_length = 254, example = "newuser@example.com")]
    email: Option<String>,
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 150,
        example = "newuser"
    )]
    username: Option<String>,
    #[schema(nullable = false, format = Password, min_length = 8, example = "SecurePass123!")]
    password: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "Jane")]
    first_name: Option<String>,
    #[schema(nullable = false, max_length = 150, example = "Smith")]
    last_name: Option<String>,
    #[schema(nullable = false, max_length = 20, example = "1234567890")]
    phone_number: Option<String>,
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
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
            email: account
                .email
                .map(|email| email.to_string())
                .unwrap_or_default(),
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
            email: account
                .email
                .map(|email| email.to_string())
                .unwrap_or_default(),
            username: account.username.to_string(),
            first_name: account.first_name,
            last_name: account.last_name,
            phone_number: account.phone_number,
            is_active: account.is_active,
        }
    }
}
