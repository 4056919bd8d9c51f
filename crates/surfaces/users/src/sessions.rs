//! `/api/users/login/`, `logout/` and `refresh-token/`. Source: docs/contract/users.md «Login», «Logout», «Token
//! refresh».

use std::net::IpAddr;

use actix_web::{post, web::Data};
use loggia_identity::{self as identity, LoginName, LoginRequest, Subject, passwords::Password};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    success::{MessageOut, SuccessOut},
    user::SignedInOut,
};
use crate::{Users, UsersState};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::{AccessOut, Envelope, FailedOut, Reject},
    error::{AuthFault, FieldErrors, Problem, Refusal},
    middleware::ClientAddress,
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Logs in with email address and password.
///
/// An unknown address, a wrong password and an inactive account get the same response. The password is not trimmed.
#[utoipa::path(
    tag = "users",
    operation_id = "users_login",
    request_body = Credentials,
    responses(
        (
            status = 200,
            description = "The account and its tokens.",
            body = SuccessOut<SignedInOut>,
            example = json!({
                "status": "success",
                "message": "Login successful",
                "data": {
                    "user": {
                        "id": 1,
                        "email": "user@example.com",
                        "first_name": "John",
                        "last_name": "Doe",
                        "company_name": "My Company",
                    },
                    "tokens": {
                        "refresh": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9...",
                        "access": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9...",
                    },
                },
            }),
        ),
        (
            status = 400,
            description = "The email address or the password is missing.",
            body = FailedOut,
            example = json!({ "status": "failed", "message": "Email is required." }),
        ),
        (
            status = 401,
            description = "The email address or the password is wrong, or the account is inactive.",
            body = FailedOut,
            example = json!({ "status": "failed", "message": "Invalid email or password." }),
        ),
    ),
)]
#[post("/api/users/login/")]
pub(super) async fn login(
    state: Data<UsersState>,
    ClientAddress(address): ClientAddress,
    body: Body<Envelope>,
) -> Response<Envelope> {
    let credentials: Credentials = body.read().await.map_err(unnamed)?;
    let attempt = credentials.check(address)?;
    let (account, tokens) = state
        .sessions
        .log_in(&mut state.work(), &attempt, Subject::Number)
        .await?;
    Ok(Reply::ok(&SuccessOut::new(
        "Login successful",
        SignedInOut::new(account, tokens),
    )))
}

/// Revokes a refresh token and ends its session.
///
/// The token must belong to the caller.
#[utoipa::path(
    tag = "users",
    operation_id = "users_logout",
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
    security(("bearer" = [])),
)]
#[post("/api/users/logout/")]
pub(super) async fn logout(
    caller: Caller<Users>,
    state: Data<UsersState>,
    body: Body<Envelope>,
) -> Response<Envelope> {
    let SignedIn { caller, .. } = caller.required()?;
    let given: RefreshToken = body.read().await.map_err(unnamed)?;
    let refresh = given.raw()?;
    state
        .sessions
        .blacklist(&mut state.work(), &refresh, Some(caller.account.id))
        .await
        .map_err(refused)?;
    Ok(Reply::ok(&MessageOut::new("User logged out successfully")))
}

/// Issues an access token for a refresh token.
///
/// The refresh token stays valid. This is the only response of this API without an envelope.
#[utoipa::path(
    tag = "users",
    operation_id = "users_refresh_token",
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
#[post("/api/users/refresh-token/")]
pub(super) async fn refresh_token(
    state: Data<UsersState>,
    body: Body<Envelope>,
) -> Response<Envelope> {
    let refresh = body.read::<RefreshToken>().await?.check()?;
    let access = state
        .sessions
        .refresh(&mut state.work(), &refresh, Subject::Number)
        .await?;
    Ok(Reply::ok(&AccessOut { access }))
}

/// Email address and password.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    /// Compared regardless of case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, example = "user@example.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "securepassword123")]
    password: Input,
}

impl Credentials {
    /// Checks the raw values by Python's truthiness, as the replaced backend does. A value that is true but not a text
    /// matches no account.
    fn check(self, address: IpAddr) -> Result<LoginRequest, Problem> {
        if self.email.is_falsy() {
            return Err(Refusal::EmailRequired.into());
        }
        if self.password.is_falsy() {
            return Err(Refusal::PasswordRequired.into());
        }
        let Input::Text(password) = self.password else {
            return Err(AuthFault::PasswordNotText.into());
        };
        let Input::Text(email) = self.email else {
            return Err(AuthFault::Credentials.into());
        };
        // No account has a password beyond the limit; hashing it would only cost time.
        let Ok(password) = Password::new(password) else {
            return Err(AuthFault::Credentials.into());
        };
        Ok(LoginRequest {
            login: LoginName::Email(email),
            password,
            address,
        })
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
        example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9..."
    )]
    refresh: Input,
}

impl RefreshToken {
    /// Reads the token as the replaced backend's logout does: falsy values are missing, other types invalid.
    fn raw(self) -> Result<String, Refusal> {
        match self.refresh {
            Input::Text(refresh) if !refresh.is_empty() => Ok(refresh),
            refresh if refresh.is_falsy() => Err(Refusal::RefreshRequired),
            _ => Err(Refusal::BadRefresh),
        }
    }

    /// Reads the token as a serializer does, with errors by field.
    fn check(self) -> Result<String, FieldErrors> {
        let mut faults = FieldErrors::default();
        let refresh = Read::REQUIRED.text(&mut faults, "refresh", &self.refresh);
        faults.or(refresh.unwrap_or_default())
    }
}

/// Converts a body that is not an object: login and logout report it without naming a field. Source: the recorded
/// `login.body.array`.
fn unnamed(reject: Reject<Envelope>) -> Problem {
    match reject.into_problem() {
        Problem::NotAnObject(kind) => Refusal::NotAnObject(kind).into(),
        problem => problem,
    }
}

/// Reports every invalid token with the same text.
fn refused(error: identity::Error) -> Problem {
    match error {
        identity::Error::InvalidToken(_) => Refusal::BadRefresh.into(),
        error => error.into(),
    }
}
