//! `/api/v1/auth/register`, `logout` and `delete`.
//!
//! Source: docs/contract/v1.md «Registration», «Logout», «Account deletion».

use loggia_identity::{
    NewAccount, NewUsername, Subject, TokenPair, UniqueValues, passwords, passwords::UserAttributes,
};
use loggia_kernel::{Email, Username};

use crate::fields::{lowercase_email, not_empty};
use crate::prelude::*;
use loggia_http::{
    auth::AnyCaller,
    request::fields::strict::{EmailText, Password},
};

/// Creates an account and logs in.
///
/// The email address is stored in lower case. Username and slug are derived from its local part.
#[utoipa::path(
    post, path = "/api/v1/auth/register", tag = "auth", request_body = Register,
    responses((status = 200, body = RegisteredOut)),
)]
pub(super) async fn register(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let (email, password) = body.read_or_empty::<Register>().await?.check()?;
    let wanted = UniqueValues { email: Some(&email), ..UniqueValues::default() };
    let work = &mut state.work();
    if !state.accounts.taken(work, wanted).await?.is_empty() {
        return Err(errors::EMAIL_IN_USE.into());
    }
    strong_enough(&state, &email, &password)?;
    let new = NewAccount::new(NewUsername::FromLocalPart, Some(email), Some(password));
    let account = state.accounts.register(work, new).await;
    let account = account.map_err(errors::problem_or(errors::EMAIL_IN_USE))?;
    let tokens = state.sessions.open(work, &account, Subject::PublicId).await?;
    Ok(Reply::ok(&RegisteredOut::from(tokens)))
}

/// Ends the session of the access token.
///
/// Always succeeds: a missing or invalid token is ignored, and clients delete their tokens themselves. The refresh
/// token of the session is revoked, unless the server runs with `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", responses((status = 200, body = NoticeOut)))]
pub(super) async fn logout(caller: Guard<AnyCaller>, state: State) -> Response {
    let work = &mut state.work();
    if let Some(caller) = &*caller {
        state.sessions.revoke(work, &caller.session).await?;
    }
    notice("Logged out successfully.")
}

/// Deletes the caller's account and everything that belongs to it.
///
/// The account's personal organization and the groups of which it is the only member are deleted with their contents.
/// The only active owner of a group with other members must make another member an owner first.
#[utoipa::path(
    delete, path = "/api/v1/auth/delete", tag = "auth",
    responses(
        (status = 200, body = NoticeOut, description = "The account was deleted. Its tokens are invalid."),
        (status = 409, description = "The account is the last active superuser, or the only active owner of an organization with other members. The error names the organizations."),
    ),
)]
pub(super) async fn destroy_account(guard: Guard<Authenticated>, state: State) -> Response {
    let work = &mut state.work();
    let outcome = state.accounts.delete(work, guard.caller.account.id).await;
    outcome.map_err(errors::problem)?;
    notice("Account deleted successfully.")
}

/// Checks a new password against the policy of all surfaces. Source: docs/contract/README.md «Passwords».
fn strong_enough(
    state: &V1State,
    email: &Email,
    password: &passwords::Password,
) -> Result<(), Problem> {
    let username = Username::from_local_part(email);
    let personal = UserAttributes {
        username: username.as_str(),
        email: email.as_str(),
        ..UserAttributes::default()
    };
    let weaknesses = state.passwords.weaknesses(password, &personal);
    if weaknesses.is_empty() {
        return Ok(());
    }
    Err(errors::weak_password(&weaknesses))
}

#[derive(Deserialize, ToSchema)]
struct Register {
    /// At most 254 characters; unique regardless of case. Example: `jane.doe@ex.com`
    email: Required<EmailText>,
    /// Example: `s3cret-pass`
    password: Required<Password>,
}

impl Register {
    fn check(&self) -> Result<(Email, passwords::Password), Problem> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors);
        let password = self.password.read(&mut errors);
        let (Some(email), Some(password)) = (email, password) else {
            return Err(errors.into());
        };
        Ok((lowercase_email(&email)?, not_empty(password)?))
    }
}

/// The tokens of a new account.
#[derive(Serialize, ToSchema)]
struct RegisteredOut {
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
}

impl From<TokenPair> for RegisteredOut {
    fn from(TokenPair { access, refresh }: TokenPair) -> Self {
        Self { access, refresh }
    }
}
