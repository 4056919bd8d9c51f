//! `/auth/jwt/`: JWTs. These operations ignore credentials.
//!
//! Source: docs/contract/djoser.md «JWT»; djangorestframework-simplejwt 5.5.1, `views.py`.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
};
use loggia_http::dialect::{AccessOut, Pair, TokenErrorOut, respond};
use loggia_identity::{LoginName, LoginRequest, Subject};

use crate::prelude::*;

/// Issues a refresh token and an access token.
#[utoipa::path(
    post, path = "/auth/jwt/create/", tag = "jwt", request_body = Credentials,
    responses(
        (status = 200, description = "The tokens.", body = Pair),
        (status = 401, description = "The username or the password is wrong, or the account is inactive."),
    ),
)]
pub(super) async fn create(
    _: Guard<Anyone>,
    ClientAddress(address): ClientAddress,
    state: State,
    body: Body,
) -> Response {
    let sent = body.read::<Credentials>().await?;
    let mut errors = FieldErrors::default();
    let username = sent.username.read(&mut errors);
    let password = sent.password.read(&mut errors);
    let (username, password) = errors.require(username.zip(password))?;
    let login = LoginRequest { login: LoginName::Username(username), password, address };
    let work = &mut state.work();
    let (_, tokens) = state.sessions.log_in(work, &login, Subject::Number).await?;
    Ok(Reply::ok(&Pair::from(tokens)))
}

/// Issues an access token for a refresh token.
///
/// The refresh token stays valid.
#[utoipa::path(
    post, path = "/auth/jwt/refresh/", tag = "jwt", request_body = JwtRefresh,
    responses(
        (status = 200, description = "The new access token.", body = AccessOut),
        (status = 401, description = "The refresh token is invalid, expired or revoked.", body = TokenErrorOut),
    ),
)]
pub(super) async fn refresh(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let token = body.read::<JwtRefresh>().await?.refresh.read_alone()?;
    let work = &mut state.work();
    let access = state.sessions.refresh(work, &token, Subject::Number).await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Verifies an access token or a refresh token.
#[utoipa::path(
    post, path = "/auth/jwt/verify/", tag = "jwt", request_body = JwtVerify,
    responses(
        (status = 200, description = "The token is valid.", body = EmptyOut),
        (status = 401, description = "The token is invalid, expired or revoked.", body = TokenErrorOut),
    ),
)]
pub(super) async fn verify(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let token = body.read::<JwtVerify>().await?.token.read_alone()?;
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
pub(super) struct Credentials {
    /// Example: `example_user`
    pub(super) username: Required<Text>,
    /// Example: `example_password`
    pub(super) password: Required<Password>,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
struct JwtRefresh {
    /// Example: `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...`
    refresh: Required<Text>,
}

/// The token to verify.
#[derive(Deserialize, ToSchema)]
struct JwtVerify {
    /// Example: `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...`
    token: Required<Text>,
}

/// An empty object.
#[derive(Serialize, ToSchema)]
struct EmptyOut {}
