//! `/auth/jwt/`: JWTs. These operations ignore credentials.
//!
//! Source: docs/contract/djoser.md «JWT»; djangorestframework-simplejwt 5.5.1, `views.py`.

use std::net::IpAddr;

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    post,
    web::Data,
};
use loggia_identity::{LoginName, LoginRequest, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::DjoserState;
use loggia_http::{
    dialect::{AccessOut, Drf, Pair, TokenErrorOut, respond},
    error::{FieldErrors, Problem},
    middleware::ClientAddress,
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Issues a refresh token and an access token.
#[utoipa::path(
    tag = "jwt",
    operation_id = "djoser_jwt_create",
    request_body = JwtCreate,
    responses(
        (status = 200, description = "The tokens.", body = Pair),
        (status = 401, description = "The username or the password is wrong, or the account is inactive.", body = loggia_http::dialect::DetailOut),
    ),
)]
#[post("/auth/jwt/create/")]
pub(super) async fn create(
    ClientAddress(address): ClientAddress,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let attempt = body.read::<JwtCreate>().await?.check(address)?;
    let (_, tokens) = state
        .sessions
        .log_in(&mut state.work(), &attempt, Subject::Number)
        .await?;
    Ok(Reply::ok(&Pair::from(tokens)))
}

/// Issues an access token for a refresh token.
///
/// The refresh token stays valid.
#[utoipa::path(
    tag = "jwt",
    operation_id = "djoser_jwt_refresh",
    request_body = JwtRefresh,
    responses(
        (status = 200, description = "The new access token.", body = AccessOut),
        (status = 401, description = "The refresh token is invalid, expired or revoked.", body = TokenErrorOut),
    ),
)]
#[post("/auth/jwt/refresh/")]
pub(super) async fn refresh(state: Data<DjoserState>, body: Body<Drf>) -> Response<Drf> {
    let token = body.read::<JwtRefresh>().await?.check()?;
    let access = state
        .sessions
        .refresh(&mut state.work(), &token, Subject::Number)
        .await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Verifies an access token or a refresh token.
#[utoipa::path(
    tag = "jwt",
    operation_id = "djoser_jwt_verify",
    request_body = JwtVerify,
    responses(
        (status = 200, description = "The token is valid.", body = EmptyOut),
        (status = 401, description = "The token is invalid, expired or revoked.", body = TokenErrorOut),
    ),
)]
#[post("/auth/jwt/verify/")]
pub(super) async fn verify(state: Data<DjoserState>, body: Body<Drf>) -> Response<Drf> {
    let token = body.read::<JwtVerify>().await?.check()?;
    state.sessions.verify(&mut state.work(), &token).await?;
    Ok(Reply::ok(&EmptyOut {}))
}

/// Paths that begin with one of the paths above and continue without a slash.
///
/// djoser's URL patterns have no end anchor, so it serves them. Here they get 404, with djoser's `Allow`. Source:
/// djoser 2.3.5, `urls/jwt.py`; docs/contract/djoser.md «JWT».
pub(super) const OVERLONG: &str = "/auth/jwt/{_:(create|refresh|verify).+}";

/// Responds with 404 to [`OVERLONG`].
pub(super) async fn overlong() -> HttpResponse {
    let mut response = respond::<Drf>(&Problem::NotFound);
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// Username and password.
#[derive(Deserialize, ToSchema)]
struct JwtCreate {
    #[serde(default)]
    #[schema(value_type = String, required, example = "example_user", min_length = 1)]
    username: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    password: Input,
}

impl JwtCreate {
    fn check(self, address: IpAddr) -> Result<LoginRequest, Problem> {
        let mut faults = FieldErrors::default();
        let username = Read::REQUIRED.text(&mut faults, "username", &self.username);
        let password = Read::REQUIRED.password(&mut faults, "password", &self.password);
        let (Some(username), Some(password)) = (username, password) else {
            return Err(faults.into());
        };
        Ok(LoginRequest {
            login: LoginName::Username(username),
            password,
            address,
        })
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
struct JwtRefresh {
    #[serde(default)]
    #[schema(value_type = String, required, example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", min_length = 1)]
    refresh: Input,
}

impl JwtRefresh {
    fn check(self) -> Result<String, Problem> {
        let mut faults = FieldErrors::default();
        let token = Read::REQUIRED.text(&mut faults, "refresh", &self.refresh);
        token.ok_or(faults.into())
    }
}

/// The token to verify.
#[derive(Deserialize, ToSchema)]
struct JwtVerify {
    #[serde(default)]
    #[schema(value_type = String, required, example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", min_length = 1)]
    token: Input,
}

impl JwtVerify {
    fn check(self) -> Result<String, Problem> {
        let mut faults = FieldErrors::default();
        let token = Read::REQUIRED.text(&mut faults, "token", &self.token);
        token.ok_or(faults.into())
    }
}

/// An empty object.
#[derive(Serialize, ToSchema)]
struct EmptyOut {}
