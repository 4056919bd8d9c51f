//! `/api/auth/login/`, `token/refresh/` and `logout/`. Source: docs/contract/api.md «Login», «Token refresh», «Logout».

use std::net::IpAddr;

use loggia_http::{
    dialect::{AccessOut, TokenErrorOut},
    middleware::ClientAddress,
    request::fields::EmailText,
};
use loggia_identity::{Account, LoginName, LoginRequest, Subject, TokenPair};

use super::profile::email_text;
use crate::prelude::*;

/// Logs in with email address and password.
///
/// An unknown address, a wrong password and an inactive account get the same response.
#[utoipa::path(
    post, path = "/api/auth/login/", tag = "auth", operation_id = "api_login", request_body = Credentials,
    responses(
        (status = 200, description = "The account and its tokens.", body = LoggedInOut),
        (
            status = 401,
            description = "The email address or the password is wrong, or the account is inactive.",
            body = DetailOut,
            example = json!({ "detail": "No active account found with the given credentials" }),
        ),
    ),
)]
pub(super) async fn login(
    _: Guard<Anyone>,
    state: State,
    ClientAddress(address): ClientAddress,
    body: Body,
) -> Response {
    let login = body.read::<Credentials>().await?.check(address)?;
    let work = &mut state.work();
    let (account, tokens) = state.sessions.log_in(work, &login, Subject::Number).await?;
    Ok(Reply::ok(&LoggedInOut::new(account, tokens)))
}

/// Issues an access token for a refresh token.
///
/// The refresh token stays valid.
#[utoipa::path(
    post, path = "/api/auth/token/refresh/", tag = "auth", operation_id = "api_refresh",
    request_body = RefreshToken,
    responses(
        (status = 200, description = "The new access token.", body = AccessOut),
        (status = 401, description = "The refresh token is invalid, expired or revoked.", body = TokenErrorOut),
    ),
)]
pub(super) async fn refresh_access(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let refresh = body.read::<RefreshToken>().await?.refresh.read_alone()?;
    let work = &mut state.work();
    let access = state.sessions.refresh(work, &refresh, Subject::Number).await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Revokes a refresh token and ends its session.
///
/// The token need not belong to the caller.
#[utoipa::path(
    post, path = "/api/auth/logout/", tag = "auth", operation_id = "api_logout", request_body = RefreshToken,
    responses(
        (status = 200, description = "The refresh token was revoked.", body = LoggedOutOut),
        (
            status = 401,
            description = "Credentials are missing, or a token is invalid.",
            body = TokenErrorOut,
            example = json!({ "detail": "Token is blacklisted", "code": "token_not_valid" }),
        ),
    ),
)]
pub(super) async fn logout(_: Guard<Authenticated>, state: State, body: Body) -> Response {
    let refresh = body.read::<RefreshToken>().await?.refresh.read_alone()?;
    let work = &mut state.work();
    state.sessions.blacklist(work, &refresh, None).await?;
    Ok(Reply::ok(&LoggedOutOut {}))
}

/// Email address and password.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    /// Compared regardless of case.
    email: Required<EmailText>,
    /// Example: `SecurePass123!`
    password: Required<Password>,
}

impl Credentials {
    fn check(&self, address: IpAddr) -> Result<LoginRequest, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors);
        let password = self.password.read(&mut errors);
        let (email, password) = errors.require(email.zip(password))?;
        Ok(LoginRequest { login: LoginName::Email(email), password, address })
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
struct RefreshToken {
    /// Example: `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...`
    refresh: Required<Text>,
}

/// The account and its tokens.
#[derive(Serialize, ToSchema)]
struct LoggedInOut {
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
    user: LoggedInUserOut,
}

/// The account that logged in.
#[derive(Serialize, ToSchema)]
struct LoggedInUserOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "user@example.com")]
    email: String,
    #[schema(example = "username")]
    username: String,
    #[schema(example = "John")]
    first_name: String,
    #[schema(example = "Doe")]
    last_name: String,
}

impl LoggedInOut {
    fn new(account: Account, tokens: TokenPair) -> Self {
        Self {
            access: tokens.access,
            refresh: tokens.refresh,
            user: LoggedInUserOut {
                id: account.id.get(),
                email: email_text(account.email),
                username: account.username.to_string(),
                first_name: account.first_name,
                last_name: account.last_name,
            },
        }
    }
}

/// An empty object.
#[derive(Serialize, ToSchema)]
struct LoggedOutOut {}
