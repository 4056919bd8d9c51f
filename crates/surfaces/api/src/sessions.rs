//! `/api/auth/` `login/`, `token/refresh/`, `logout/`. Source: docs/contract/api.md «Login», «Token refresh», «Logout».

use std::net::IpAddr;

use actix_web::{post, web::Data};
use loggia_identity::{Account, LogIn, Login, Subject, TokenPair};
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

/// Logs in by address and password.
///
/// An unknown address, a wrong password and an inactive account are answered alike.
#[utoipa::path(
    tag = "auth",
    operation_id = "api_login",
    request_body = Credentials,
    responses(
        (status = 200, description = "The account and its tokens.", body = LoggedInOut),
        (
            status = 400,
            description = "Fields are missing or at fault.",
            body = FieldErrorsOut,
            example = json!({ "email": ["This field is required."] }),
        ),
        (
            status = 401,
            description = "Address and password do not fit.",
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
    let (account, tokens) = state.sessions.log_in(&attempt, Subject::Number).await?;
    Ok(Reply::ok(&LoggedInOut::new(account, tokens)))
}

/// Gives another access token for a refresh token, which stays good.
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
        (status = 401, description = "The refresh token is refused.", body = TokenErrorOut),
    ),
)]
#[post("/api/auth/token/refresh/")]
pub(super) async fn refresh_access(state: Data<ApiState>, body: Body<Drf>) -> Response<Drf> {
    let refresh = body.read::<RefreshToken>().await?.check()?;
    let access = state.sessions.refresh(&refresh, Subject::Number).await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Ends the session of a refresh token.
///
/// Whoever holds a refresh token may end it: that it is the caller's own is not asked.
#[utoipa::path(
    tag = "auth",
    operation_id = "api_logout",
    request_body = RefreshToken,
    responses(
        (status = 200, description = "The refresh token is good no more.", body = LoggedOutOut),
        (
            status = 400,
            description = "The refresh token is missing.",
            body = FieldErrorsOut,
            example = json!({ "refresh": ["This field is required."] }),
        ),
        (
            status = 401,
            description = "Credentials are missing, or a token is refused.",
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
    state.sessions.blacklist(&refresh, None).await?;
    Ok(Reply::ok(&LoggedOutOut {}))
}

/// Who wants in.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    /// In whatever case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, example = "user@example.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "SecurePass123!")]
    password: Input,
}

impl Credentials {
    /// The address need not be one: simplejwt reads it as any text. Source: the recorded `login.not-an-email`.
    fn check(self, address: IpAddr) -> Result<LogIn, FieldErrors> {
        let mut faults = FieldErrors::default();
        let email = Read::REQUIRED.text(&mut faults, "email", &self.email);
        let password = Read::REQUIRED.password(&mut faults, "password", &self.password);
        match (email, password) {
            (Some(email), Some(password)) => faults.or(LogIn {
                login: Login::Email(email),
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

/// An account that has just logged in, with its tokens.
#[derive(Serialize, ToSchema)]
struct LoggedInOut {
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
    user: LoggedInUserOut,
}

/// An account that has just logged in.
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

/// Nothing to tell.
#[derive(Serialize, ToSchema)]
struct LoggedOutOut {}
