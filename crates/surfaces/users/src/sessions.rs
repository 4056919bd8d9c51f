//! `/api/users/login/`, `logout/` and `refresh-token/`. Source: docs/contract/users.md «Login», «Logout», «Token
//! refresh».

use std::net::IpAddr;

use loggia_http::{
    dialect::AccessOut,
    error::{AuthFault, Rejection},
    middleware::ClientAddress,
};
use loggia_identity::{Error, LoginName, LoginRequest, Subject, passwords};

use crate::prelude::*;

/// Logs in with email address and password.
///
/// An unknown address, a wrong password and an inactive account get the same response. The password is not trimmed.
#[utoipa::path(
    post, path = "/api/users/login/", tag = "users", operation_id = "users_login", request_body = Credentials,
    responses(
        (status = 200, description = "The account and its tokens. `message`: `Login successful`", body = SuccessOut<SignedInOut>),
        (
            status = 400,
            description = "The email address or the password is missing.",
            body = FailedOut,
            example = json!({ "status": "failed", "message": "Email is required." }),
        ),
        (status = 401, description = "The email address or the password is wrong, or the account is inactive.", body = FailedOut),
    ),
)]
pub(super) async fn login(
    _: Guard<Anyone>,
    state: State,
    ClientAddress(address): ClientAddress,
    body: Body,
) -> Response {
    let sent = body.read::<Credentials>().await.map_err(errors::without_fields)?;
    let login = sent.check(address)?;
    let work = &mut state.work();
    let (account, tokens) = state.sessions.log_in(work, &login, Subject::Number).await?;
    let reply = SignedInOut::new("Login successful", account, tokens);
    Ok(Reply::ok(&reply))
}

/// Revokes a refresh token and ends its session.
///
/// The token must belong to the caller.
#[utoipa::path(
    post, path = "/api/users/logout/", tag = "users", operation_id = "users_logout",
    request_body = RefreshToken,
    responses(
        (
            status = 200,
            description = "The refresh token was revoked.",
            body = MessageOut,
            example = json!({ "status": "success", "message": "User logged out successfully" }),
        ),
        (
            status = 400,
            description = "The refresh token is missing or invalid.",
            body = FailedOut,
            example = json!({ "status": "failed", "message": "Refresh token is required" }),
        ),
    ),
)]
pub(super) async fn logout(guard: Guard<Authenticated>, state: State, body: Body) -> Response {
    let sent = body.read::<RefreshToken>().await.map_err(errors::without_fields)?;
    let refresh = sent.check()?;
    let caller = guard.caller.account.id;
    let work = &mut state.work();
    let revoked = state.sessions.blacklist(work, &refresh, Some(caller)).await;
    revoked.map_err(|error| match error {
        Error::InvalidToken(_) => errors::INVALID_REFRESH.into(),
        error => Problem::from(error),
    })?;
    Ok(Reply::ok(&MessageOut::new("User logged out successfully")))
}

/// Issues an access token for a refresh token.
///
/// The refresh token stays valid. This is the only response of this API without an envelope.
#[utoipa::path(
    post, path = "/api/users/refresh-token/", tag = "users", operation_id = "users_refresh_token",
    request_body = RefreshToken,
    responses(
        (status = 200, description = "The new access token.", body = AccessOut),
        (
            status = 400,
            description = "The refresh token is missing.",
            body = FailedOut,
            example = json!({
                "status": "failed",
                "message": "Refresh token is required",
                "errors": { "refresh": ["This field is required."] },
            }),
        ),
        (
            status = 401,
            description = "The refresh token is invalid, expired or revoked.",
            body = FailedOut,
            example = json!({ "status": "failed", "message": "Token is invalid or expired" }),
        ),
    ),
)]
pub(super) async fn refresh_token(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let refresh = body.read::<RefreshToken>().await?.refresh.read_alone()?;
    let work = &mut state.work();
    let access = state.sessions.refresh(work, &refresh, Subject::Number).await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Email address and password.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    /// Compared regardless of case.
    email: Raw<EmailText>,
    /// Example: `securepassword123`
    password: Raw<Password>,
}

impl Credentials {
    /// Checks the raw values by Python's truthiness, as the replaced backend does. A value that is true but not a text
    /// matches no account.
    fn check(&self, address: IpAddr) -> Result<LoginRequest, Problem> {
        if self.email.input().is_falsy() {
            return Err(errors::EMAIL_REQUIRED.into());
        }
        if self.password.input().is_falsy() {
            return Err(errors::PASSWORD_REQUIRED.into());
        }
        let Input::Text(password) = self.password.input() else {
            return Err(errors::PASSWORD_NOT_TEXT.into());
        };
        let Input::Text(email) = self.email.input() else {
            return Err(AuthFault::Credentials.into());
        };
        // No account has a password beyond the limit; hashing it would only cost time.
        let password = passwords::Password::new(password.clone());
        Ok(LoginRequest {
            login: LoginName::Email(email.clone()),
            password: password.or(Err(AuthFault::Credentials))?,
            address,
        })
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
struct RefreshToken {
    /// Example: `eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9...`
    refresh: Required<Text>,
}

impl RefreshToken {
    /// Reads the token as the replaced backend's logout does: falsy values are missing, other types invalid.
    fn check(&self) -> Result<String, Rejection> {
        match self.refresh.input() {
            Input::Text(refresh) if !refresh.is_empty() => Ok(refresh.clone()),
            refresh if refresh.is_falsy() => Err(errors::REFRESH_REQUIRED),
            _ => Err(errors::INVALID_REFRESH),
        }
    }
}
