//! `/api/v1/token/...`: JWTs, compatible with ninja-jwt.
//!
//! Source: docs/contract/v1.md «Tokens».

use loggia_identity::{
    Account, Error, LoginName, LoginRequest, Subject, TokenError, TokenPair, passwords,
};

use crate::errors::missing_token_fields;
use crate::prelude::*;
use loggia_http::{
    error::AuthFault,
    middleware::ClientAddress,
    request::fields::strict::{Password, Unchecked},
};

/// A text that is not empty. Its operation rejects an empty one with a message of its own.
type NotEmpty = Raw<Unchecked<1, { usize::MAX }>>;

/// Logs in with email address and password.
///
/// The address is compared regardless of case. An unknown address, a wrong password and an inactive account get the
/// same response.
#[utoipa::path(
    post, path = "/api/v1/token/pair", tag = "token", request_body = TokenPairRequest,
    responses(
        (status = 200, body = TokenPairOut),
        (status = 401, description = "The email address or the password is wrong, or the account is inactive."),
    ),
)]
pub(super) async fn pair(
    _: Guard<Anyone>,
    ClientAddress(address): ClientAddress,
    state: State,
    body: Body,
) -> Response {
    let (sent, unknown) = body.read_strict::<TokenPairRequest>().await?;
    let (email, password) = sent.check(unknown)?;
    let attempt = LoginRequest { login: LoginName::Email(email), password, address };
    let work = &mut state.work();
    let (account, tokens) = state.sessions.log_in(work, &attempt, Subject::PublicId).await?;
    Ok(Reply::ok(&TokenPairOut::of(account, tokens)))
}

/// Issues an access token for a refresh token.
///
/// The response repeats the refresh token, which stays valid.
#[utoipa::path(
    post, path = "/api/v1/token/refresh", tag = "token", request_body = TokenRefresh,
    responses(
        (status = 200, body = TokenRefreshOut),
        (status = 401, description = "The token is invalid, expired or revoked, or its account was deleted or deactivated."),
    ),
)]
pub(super) async fn refresh(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let refresh = token(&body.read::<TokenRefresh>().await?.refresh)?;
    let work = &mut state.work();
    let access = state.sessions.refresh(work, &refresh, Subject::PublicId).await?;
    Ok(Reply::ok(&TokenRefreshOut { refresh, access }))
}

/// Verifies an access token or a refresh token.
#[utoipa::path(
    post, path = "/api/v1/token/verify", tag = "token", request_body = TokenVerify,
    responses(
        (status = 200, body = EmptyOut, description = "The token is valid."),
        (status = 401, description = "The token is invalid, expired or revoked."),
    ),
)]
pub(super) async fn verify(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let token = token(&body.read::<TokenVerify>().await?.token)?;
    let work = &mut state.work();
    match state.sessions.verify(work, &token).await {
        Ok(()) => Ok(Reply::ok(&EmptyOut {})),
        // Every invalid token gets the same message.
        Err(Error::InvalidToken(_)) => Err(AuthFault::BodyToken(TokenError::Invalid).into()),
        Err(error) => Err(error.into()),
    }
}

/// Reads the token in a body. A value that is not a text is an invalid token, as for ninja-jwt.
fn token(field: &NotEmpty) -> Result<String, Problem> {
    match field.input() {
        Input::Text(token) if !token.is_empty() => Ok(token.clone()),
        input if input.is_falsy() => Err(missing_token_fields(&[field.name()])),
        _ => Err(AuthFault::BodyToken(TokenError::Invalid).into()),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenPairRequest {
    /// Example: `jane.doe@ex.com`
    email: NotEmpty,
    /// Example: `s3cret-pass`
    password: Raw<Password>,
}

impl TokenPairRequest {
    /// Validates the fields. Missing fields are reported before unknown ones.
    fn check(&self, unknown: FieldErrors) -> Result<(String, passwords::Password), Problem> {
        let (email, password) = (self.email.input(), self.password.input());
        let missing: Vec<&str> = [(self.email.name(), email), (self.password.name(), password)]
            .into_iter()
            .filter(|(_, input)| input.is_falsy())
            .map(|(name, _)| name)
            .collect();
        if !missing.is_empty() {
            return Err(missing_token_fields(&missing));
        }
        unknown.or(())?;
        // Values that are not texts match no account.
        let (Input::Text(email), Input::Text(password)) = (email, password) else {
            return Err(AuthFault::Credentials.into());
        };
        let too_long = Code::TooLong(passwords::Password::MAX_BYTES);
        let password = passwords::Password::new(password.clone())
            .map_err(|passwords::TooLong| Problem::field("password", too_long))?;
        Ok((email.clone(), password))
    }
}

#[derive(Deserialize, ToSchema)]
struct TokenRefresh {
    /// Example: `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...`
    refresh: NotEmpty,
}

#[derive(Deserialize, ToSchema)]
struct TokenVerify {
    /// Example: `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...`
    token: NotEmpty,
}

/// The account's email address and its tokens.
#[derive(Serialize, ToSchema)]
struct TokenPairOut {
    /// Null if the account has no email address.
    #[schema(required, example = "jane.doe@ex.com")]
    email: Option<String>,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
}

impl TokenPairOut {
    fn of(account: Account, TokenPair { access, refresh }: TokenPair) -> Self {
        Self { email: account.email.map(|email| email.to_string()), refresh, access }
    }
}

/// The refresh token of the request, and a new access token.
#[derive(Serialize, ToSchema)]
struct TokenRefreshOut {
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
}

/// An empty object.
#[derive(Serialize, ToSchema)]
struct EmptyOut {}
