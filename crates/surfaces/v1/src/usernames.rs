//! `/api/v1/users/check_username` and `/api/v1/users/username`.
//!
//! Source: docs/contract/v1.md «Usernames».

use actix_web::{HttpRequest, get, patch, web::Data};
use loggia_identity::{Account, AccountPatch, Organization};
use loggia_kernel::{ParseError, Username};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{read, refused, refused_or};
use crate::{V1, V1State};
use loggia_http::{
    auth::Caller,
    dialect::{Ninja, NinjaErrorOut},
    error::{FieldErrors, Problem, Refusal},
    request::{Body, Input, strict},
    response::{Reply, Response},
};

/// Reports whether a username is available, regardless of case.
#[utoipa::path(
    tag = "users",
    operation_id = "v1_users_check_username",
    params(("username" = Option<String>, Query, description = "The username. If absent, the response says that it is too short.")),
    responses(
        (status = 200, body = AvailabilityOut, description = "Whether the username is available, and if not, why."),
        (status = 400, body = NinjaErrorOut, description = "The username contains a NUL character."),
    ),
)]
#[get("/api/v1/users/check_username")]
pub(super) async fn check(request: HttpRequest, state: Data<V1State>) -> Response<Ninja> {
    let mut faults = FieldErrors::default();
    let username = read::parameter(&request, "username");
    let username = strict::optional(&mut faults, "query/username", &username);
    let username = faults.or(username.unwrap_or_default())?;
    if !(1..=Username::ASCII_MAX_CHARS).contains(&username.chars().count()) {
        return Ok(Reply::ok(&AvailabilityOut::no(
            "Username must be 1-50 characters.",
        )));
    }
    if !state
        .accounts
        .is_username_free(&mut state.work(), &username, None)
        .await?
    {
        return Ok(Reply::ok(&AvailabilityOut::no("Username already taken.")));
    }
    Ok(Reply::ok(&AvailabilityOut::YES))
}

/// Changes the caller's username.
///
/// The slug of the account, and name and slug of its personal organization, change with it.
#[utoipa::path(
    tag = "users",
    operation_id = "v1_users_username_update",
    request_body = UsernameUpdate,
    responses((status = 200, body = UsernameOut, description = "The username was changed.")),
    security(("bearer" = [])),
)]
#[patch("/api/v1/users/username")]
pub(super) async fn update(
    caller: Caller<V1>,
    state: Data<V1State>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let id = caller.required()?.caller.account.id;
    let username = read::fields::<UsernameUpdate>(body).await?.check()?;
    let (accounts, mut work) = (&state.accounts, state.work());
    if !accounts
        .is_username_free(&mut work, username.as_str(), Some(id))
        .await?
    {
        return Err(Refusal::UsernameTaken.into());
    }
    let patch = AccountPatch {
        username: Some(username),
        is_slug_renewed: true,
        ..AccountPatch::default()
    };
    let account = accounts.update(&mut work, id, patch).await;
    let account = account.map_err(refused_or(Refusal::UsernameTaken))?;
    let own = state.organizations.personal_of(&mut work, id).await;
    Ok(Reply::ok(&UsernameOut::of(&account, own.map_err(refused)?)))
}

/// The availability of a username.
#[derive(Serialize, ToSchema)]
struct AvailabilityOut {
    #[schema(example = false)]
    available: bool,
    /// Null if the username is available.
    #[schema(required, example = "Username already taken.")]
    reason: Option<&'static str>,
}

impl AvailabilityOut {
    const YES: Self = Self {
        available: true,
        reason: None,
    };

    fn no(reason: &'static str) -> Self {
        Self {
            available: false,
            reason: Some(reason),
        }
    }
}

#[derive(Default, Deserialize, ToSchema)]
struct UsernameUpdate {
    /// 1 to 50 of `A-Z a-z 0-9 . _`. Surrounding white space is removed.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 50, example = "jane_doe")]
    username: Input,
}

impl UsernameUpdate {
    fn check(&self) -> Result<Username, Problem> {
        let mut faults = FieldErrors::default();
        let Some(username) = strict::required(&mut faults, "username", &self.username) else {
            return Err(faults.into());
        };
        Username::parse_ascii(&username).map_err(|flaw| {
            let refusal = match flaw {
                ParseError::Blank => Refusal::UsernameEmpty,
                ParseError::TooLong { .. } => Refusal::UsernameLength,
                ParseError::Malformed => Refusal::UsernameCharset,
            };
            refusal.into()
        })
    }
}

/// The caller's new username, and the names derived from it.
#[derive(Serialize, ToSchema)]
struct UsernameOut {
    #[schema(example = "jane_doe")]
    username: String,
    #[schema(example = "jane_doe")]
    slug: String,
    /// The name of the caller's personal organization.
    #[schema(example = "jane_doe")]
    org_name: String,
    #[schema(example = "jane_doe")]
    org_slug: String,
}

impl UsernameOut {
    fn of(account: &Account, own: Organization) -> Self {
        Self {
            username: account.username.to_string(),
            slug: account.slug.to_string(),
            org_name: own.name,
            org_slug: own.slug.to_string(),
        }
    }
}
