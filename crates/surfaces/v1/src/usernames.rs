//! `/api/v1/users/check_username` and `/api/v1/users/username`.
//!
//! Source: docs/contract/v1.md «Usernames».

use loggia_identity::{Account, AccountPatch, Organization};
use loggia_kernel::{ParseError, Username};

use crate::prelude::*;
use loggia_http::request::fields::strict::{Text, Unchecked};

/// Reports whether a username is available, regardless of case.
#[utoipa::path(
    get, path = "/api/v1/users/check_username", tag = "users", params(QueryFields<UsernameQuery>),
    responses(
        (status = 200, body = AvailabilityOut, description = "Whether the username is available, and if not, why."),
        (status = 400, body = NinjaErrorOut, description = "The username contains a NUL character."),
    ),
)]
pub(super) async fn check_username(
    _: Guard<Anyone>,
    state: State,
    query: QueryFields<UsernameQuery>,
) -> Response {
    let mut errors = FieldErrors::default();
    let username = query.read()?.username.read(&mut errors);
    let username = errors.or(username)?.unwrap_or_default();
    let work = &mut state.work();
    let reason = if !(1..=Username::ASCII_MAX_CHARS).contains(&username.chars().count()) {
        Some("Username must be 1-50 characters.")
    } else if !state.accounts.is_username_free(work, &username, None).await? {
        Some("Username already taken.")
    } else {
        None
    };
    Ok(Reply::ok(&AvailabilityOut { available: reason.is_none(), reason }))
}

/// Changes the caller's username.
///
/// The slug of the account, and name and slug of its personal organization, change with it.
#[utoipa::path(
    patch, path = "/api/v1/users/username", tag = "users", request_body = UsernameUpdate,
    responses((status = 200, body = UsernameOut)),
)]
pub(super) async fn update_username(
    guard: Guard<Authenticated>,
    state: State,
    body: Body,
) -> Response {
    let id = guard.caller.account.id;
    let username = body.read_or_empty::<UsernameUpdate>().await?.check()?;
    let (accounts, text) = (&state.accounts, username.as_str());
    let work = &mut state.work();
    if !accounts.is_username_free(work, text, Some(id)).await? {
        return Err(errors::USERNAME_TAKEN.into());
    }
    let patch =
        AccountPatch { username: Some(username), is_slug_renewed: true, ..AccountPatch::default() };
    let account = accounts.update(work, id, patch).await;
    let account = account.map_err(errors::problem_or(errors::USERNAME_TAKEN))?;
    let own = state.organizations.personal_of(work, id).await;
    let own = own.map_err(errors::problem)?;
    Ok(Reply::ok(&UsernameOut::of(&account, own)))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct UsernameQuery {
    /// The username. If absent, the response says that it is too short.
    username: Optional<Text>,
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

#[derive(Deserialize, ToSchema)]
struct UsernameUpdate {
    /// 1 to 50 of `A-Z a-z 0-9 . _`. Surrounding white space is removed. Example: `jane_doe`
    username: Required<Unchecked<1, { Username::ASCII_MAX_CHARS }>>,
}

impl UsernameUpdate {
    fn check(&self) -> Result<Username, Problem> {
        Username::parse_ascii(&self.username.read_alone()?).map_err(|error| {
            let rejection = match error {
                ParseError::Blank => errors::EMPTY_USERNAME,
                ParseError::TooLong { .. } => errors::USERNAME_LENGTH,
                ParseError::Malformed => errors::USERNAME_CHARACTERS,
            };
            rejection.into()
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
