//! `/api/users/`: accounts, for whoever holds `manage_users` or `view_users`.
//! Source: docs/contract/api.md «Users», «Shared paths».
//!
//! The literal words of the surface `users` under the same path are its own and win; what is neither such a word nor a
//! number names nobody.

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_identity::{Account, PersonField};
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

/// What a list can be ordered by.
const ORDER: [(&str, PersonField); 6] = [
    ("id", PersonField::Id),
    ("email", PersonField::Email),
    ("username", PersonField::Username),
    ("first_name", PersonField::FirstName),
    ("last_name", PersonField::LastName),
    ("is_active", PersonField::IsActive),
];

/// Lists all accounts.
///
/// A search looks at user name, address and full name. `ordering` takes `id`, `email`, `username`, `first_name`, `last_name`
/// and `is_active`.
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
        .require(&*state.assignments, &[MANAGE_USERS, VIEW_USERS])
        .await?;
    let listing = query.listing(&ORDER)?;
    let page = state.people.list(&listing).await?;
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
            description = "Fields are at fault; all of them are named.",
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
        .require(&*state.assignments, &[MANAGE_USERS])
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

/// Shows an account.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_retrieve",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
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
        .require(&*state.assignments, &[MANAGE_USERS, VIEW_USERS])
        .await?;
    let account = target(&state, &id).await?;
    Ok(Reply::ok(&UserOut::from(account)))
}

/// Changes an account; address and user name must be named.
///
/// What is not named stays. A new password, and deactivation, end the account's sessions. An account that holds a permission
/// which the caller does not hold is not his to change, and nobody deactivates himself.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_replace",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    request_body = UserReplace,
    responses(
        (status = 200, description = "The account as it is now.", body = ManagedUserOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
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

/// Changes what is named of an account, as PUT does.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_update",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    request_body = UserUpdate,
    responses(
        (status = 200, description = "The account as it is now.", body = ManagedUserOut),
        (
            status = 400,
            description = "Fields are at fault; all of them are named.",
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

/// Deletes an account with all that is its own. Nobody deletes himself here.
#[utoipa::path(
    tag = "users",
    operation_id = "api_users_destroy",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    responses(
        (status = 204, description = "Gone."),
        (
            status = 400,
            description = "It is the caller's own account, or nobody could take its place.",
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
        .require(&*state.assignments, &[MANAGE_USERS])
        .await?;
    let id = target(&state, &id).await?.id;
    person::delete(&state, Right::Holds(MANAGE_USERS), &caller, id).await?;
    Ok(Reply::no_content())
}

/// PUT and PATCH differ in what must be named.
async fn change(
    caller: Caller<Api>,
    state: &ApiState,
    id: &Path<String>,
    body: Body<Drf>,
    named: Read,
) -> Response<Drf> {
    let caller = caller
        .required()?
        .require(&*state.assignments, &[MANAGE_USERS])
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

/// An account to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says of `Person` what POST demands")]
struct UserCreate {
    /// Unique without regard to case.
    #[schema(format = Email, max_length = 254, example = "newuser@example.com")]
    email: String,
    /// Letters and digits of any script and `@.+-_`; unique letter for letter.
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
    /// True where it is absent.
    #[schema(nullable = false, example = true)]
    is_active: Option<bool>,
}

/// An account as it should be.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says of `Person` what PUT demands")]
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

/// What changes of an account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says of `Person` what PATCH takes")]
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

/// An account among others.
#[derive(Serialize, ToSchema)]
struct UserOut {
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

/// An account that was just made or changed.
#[derive(Serialize, ToSchema)]
struct ManagedUserOut {
    #[schema(example = 1)]
    id: i64,
    /// Empty for an account that was made without one, as djoser permits.
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
