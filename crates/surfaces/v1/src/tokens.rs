//! `/api/v1/token/...`: JWTs, compatible with ninja-jwt.
//!
//! Source: docs/contract/v1.md «Tokens».

use actix_web::{post, web::Data};
use loggia_identity::{
    Account, Error, LoginName, LoginRequest, Subject, TokenError, TokenPair, passwords::Password,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::read;
use crate::V1State;
use loggia_http::{
    dialect::{Ninja, NinjaErrorOut},
    error::{AuthFault, Code, FieldErrors, Problem, Refusal},
    middleware::ClientAddress,
    request::{Body, Input},
    response::{Reply, Response},
};

/// Logs in with email address and password.
///
/// The address is compared regardless of case. An unknown address, a wrong password and an inactive account get the
/// same response.
#[utoipa::path(
    tag = "token",
    operation_id = "v1_token_pair",
    request_body = TokenPairRequest,
    responses(
        (status = 200, body = TokenPairOut, description = "The tokens."),
        (status = 401, body = NinjaErrorOut, description = "The email address or the password is wrong, or the account is inactive."),
    ),
)]
#[post("/api/v1/token/pair")]
pub(super) async fn pair(
    ClientAddress(address): ClientAddress,
    state: Data<V1State>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let (sent, unknown) = read::known_fields::<TokenPairRequest>(body).await?;
    let (email, password) = sent.check(unknown)?;
    let attempt = LoginRequest {
        login: LoginName::Email(email),
        password,
        address,
    };
    let (account, tokens) = state
        .sessions
        .log_in(&mut state.work(), &attempt, Subject::PublicId)
        .await?;
    Ok(Reply::ok(&TokenPairOut::of(account, tokens)))
}

/// Issues an access token for a refresh token.
///
/// The response repeats the refresh token, which stays valid.
#[utoipa::path(
    tag = "token",
    operation_id = "v1_token_refresh",
    request_body = TokenRefresh,
    responses(
        (status = 200, body = TokenRefreshOut, description = "The new access token, and the refresh token of the request."),
        (status = 401, body = NinjaErrorOut, description = "The token is invalid, expired or revoked, or its account was deleted or deactivated."),
    ),
)]
#[post("/api/v1/token/refresh")]
pub(super) async fn refresh(state: Data<V1State>, body: Body<Ninja>) -> Response<Ninja> {
    let refresh = token("refresh", body.read::<TokenRefresh>().await?.refresh)?;
    let access = state
        .sessions
        .refresh(&mut state.work(), &refresh, Subject::PublicId)
        .await?;
    Ok(Reply::ok(&TokenRefreshOut { refresh, access }))
}

/// Verifies an access token or a refresh token.
#[utoipa::path(
    tag = "token",
    operation_id = "v1_token_verify",
    request_body = TokenVerify,
    responses(
        (status = 200, body = EmptyOut, description = "The token is valid."),
        (status = 401, body = NinjaErrorOut, description = "The token is invalid, expired or revoked."),
    ),
)]
#[post("/api/v1/token/verify")]
pub(super) async fn verify(state: Data<V1State>, body: Body<Ninja>) -> Response<Ninja> {
    let token = token("token", body.read::<TokenVerify>().await?.token)?;
    state
        .sessions
        .verify(&mut state.work(), &token)
        .await
        .map_err(no_good)?;
    Ok(Reply::ok(&EmptyOut {}))
}

/// Reports every invalid token with the same message.
fn no_good(error: Error) -> Problem {
    match error {
        Error::InvalidToken(_) => AuthFault::BodyToken(TokenError::Invalid).into(),
        error => error.into(),
    }
}

/// Reads the token in a body. A value that is not a text is an invalid token, as for ninja-jwt.
fn token(field: &'static str, input: Input) -> Result<String, Problem> {
    match input {
        Input::Text(token) if !token.is_empty() => Ok(token),
        input if input.is_falsy() => Err(Refusal::TokenFields(vec![field]).into()),
        _ => Err(AuthFault::BodyToken(TokenError::Invalid).into()),
    }
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenPairRequest {
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, example = "jane.doe@ex.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "s3cret-pass")]
    password: Input,
}

impl TokenPairRequest {
    const KEYS: [&str; 2] = ["email", "password"];

    /// Validates the fields. Missing fields are reported before unknown ones.
    fn check(self, unknown: FieldErrors) -> Result<(String, Password), Problem> {
        let missing: Vec<&'static str> = Self::KEYS
            .into_iter()
            .zip([&self.email, &self.password])
            .filter(|(_, input)| input.is_falsy())
            .map(|(key, _)| key)
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::TokenFields(missing).into());
        }
        unknown.or(())?;
        // Values that are not texts match no account.
        let (Input::Text(email), Input::Text(password)) = (self.email, self.password) else {
            return Err(AuthFault::Credentials.into());
        };
        match Password::new(password) {
            Ok(password) => Ok((email, password)),
            Err(_) => Err(Problem::field(
                "password",
                Code::TooLong(Password::MAX_BYTES),
            )),
        }
    }
}

#[derive(Default, Deserialize, ToSchema)]
struct TokenRefresh {
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: Input,
}

#[derive(Default, Deserialize, ToSchema)]
struct TokenVerify {
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    token: Input,
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
    fn of(account: Account, tokens: TokenPair) -> Self {
        Self {
            email: account.email.map(|email| email.to_string()),
            refresh: tokens.refresh,
            access: tokens.access,
        }
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
