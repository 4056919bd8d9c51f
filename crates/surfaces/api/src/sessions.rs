//! `/api/auth/login/`, `token/refresh/` and `logout/`. Source: docs/contract/api.md «Login», «Token refresh», «Logout».

use std::net::IpAddr;

use actix_web::{post, web::Data};
use loggia_identity::{Account, LoginName, LoginRequest, Subject, TokenPair};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{AccessOut, DetailOut, Drf, FieldErrorsOut, TokenErrorOut},
    error::FieldErrors,
    middleware::ClientAddress,
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Logs in with email address and password.
///
/// An unknown address, a wrong password and an inactive account get the same response.
#[utoipa::path(
    tag = "auth",
    operation_id = "api_login",
    request_body = Credentials,
    responses(
        (status = 200, description = "The account and its tokens.", body = LoggedInOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["This field is required."] }),
        ),
        (
            status = 401,
            description = "The email address or the password is wrong, or the account is inactive.",
            body = DetailOut,
            example = json!({ "detail": "No active account found with the given credentials" }),
        ),
    ),
)]
#[post("/api/auth/login/")]
pub(super) async fn login(
    state: Data<ApiState>,
    ClientAddress(address): ClientAddress,
    body: Body<Drf>,
) -> Response<Drf> {
    let attempt = body.read::<Credentials>().await?.check(address)?;
    let (account, tokens) = state
        .sessions
        .log_in(&mut state.work(), &attempt, Subject::Number)
        .await?;
    Ok(Reply::ok(&LoggedInOut::new(account, tokens)))
}

/// Issues an access token for a refresh token.
///
/// The refresh token stays valid.
#[utoipa::path(
    tag = "auth",
    operation_id = "api_refresh",
    request_body = RefreshToken,
    responses(
        (status = 200, description = "The new access token.", body = AccessOut),
        (
            status = 400,
            description = "The refresh token is missing.",
            body = FieldErrorsOut,
            example = json!({ "refresh": ["This field is required."] }),
        ),
        (status = 401, description = "The refresh token is invalid, expired or revoked.", body = TokenErrorOut),
    ),
)]
#[post("/api/auth/token/refresh/")]
pub(super) async fn refresh_access(state: Data<ApiState>, body: Body<Drf>) -> Response<Drf> {
    let refresh = body.read::<RefreshToken>().await?.check()?;
    let access = state
        .sessions
        .refresh(&mut state.work(), &refresh, Subject::Number)
        .await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Revokes a refresh token and ends its session.
///
/// The token need not belong to the caller.
#[utoipa::path(
    tag = "auth",
    operation_id = "api_logout",
    request_body = RefreshToken,
    responses(
        (status = 200, description = "The refresh token was revoked.", body = LoggedOutOut),
        (
            status = 400,
            description = "The refresh token is missing.",
            body = FieldErrorsOut,
            example = json!({ "refresh": ["This field is required."] }),
        ),
        (
            status = 401,
            description = "Credentials are missing, or a token is invalid.",
            body = TokenErrorOut,
            example = json!({ "detail": "Token is blacklisted", "code": "token_not_valid" }),
        ),
    ),
    security(("bearer" = [])),
)]
#[post("/api/auth/logout/")]
pub(super) async fn logout(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.required()?;
    let refresh = body.read::<RefreshToken>().await?.check()?;
    state
        .sessions
        .blacklist(&mut state.work(), &refresh, None)
        .await?;
    Ok(Reply::ok(&LoggedOutOut {}))
}

/// Email address and password.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    /// Compared regardless of case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, example = "user@example.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "SecurePass123!")]
    password: Input,
}

impl Credentials {
    /// Reads the credentials. The address may be any text, as in SimpleJWT. Source: the recorded `login.not-an-email`.
    fn check(self, address: IpAddr) -> Result<LoginRequest, FieldErrors> {
        let mut faults = FieldErrors::default();
        let email = Read::REQUIRED.text(&mut faults, "email", &self.email);
        let password = Read::REQUIRED.password(&mut faults, "password", &self.password);
        match (email, password) {
            (Some(email), Some(password)) => faults.or(LoginRequest {
                login: LoginName::Email(email),
                password,
                address,
            }),
            _ => Err(faults),
        }
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
struct RefreshToken {
    #[serde(default)]
    #[schema(
        value_type = String,
        required,
        min_length = 1,
        example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..."
    )]
    refresh: Input,
}

impl RefreshToken {
    fn check(self) -> Result<String, FieldErrors> {
        let mut faults = FieldErrors::default();
        let refresh = Read::REQUIRED.text(&mut faults, "refresh", &self.refresh);
        faults.or(refresh.unwrap_or_default())
    }
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
                email: account
                    .email
                    .map(|email| email.to_string())
                    .unwrap_or_default(),
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
