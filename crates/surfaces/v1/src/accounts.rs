//! `/api/v1/auth/register`, `logout` and `delete`.
//!
//! Source: docs/contract/v1.md «Registration», «Logout», «Account deletion».

use actix_web::{HttpRequest, delete, post, web::Data};
use loggia_identity::{
    NewAccount, NewUsername, Subject, TokenPair, UniqueValues,
    passwords::{Password, UserAttributes},
};
use loggia_kernel::{Email, Username};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NoticeOut, read, refused, refused_or};
use crate::{V1, V1State};
use loggia_http::{
    auth::{Authentication, Caller},
    dialect::{Ninja, NinjaErrorOut},
    error::{FieldErrors, Problem, Refusal},
    request::{Body, Input, strict},
    response::{Reply, Response},
};

/// Creates an account and logs in.
///
/// The email address is stored in lower case. Username and slug are derived from its local part.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_register",
    request_body = Register,
    responses((status = 200, body = RegisteredOut, description = "The tokens of the new account.")),
)]
#[post("/api/v1/auth/register")]
pub(super) async fn register(state: Data<V1State>, body: Body<Ninja>) -> Response<Ninja> {
    let (email, password) = read::fields::<Register>(body).await?.check()?;
    let wanted = UniqueValues {
        email: Some(&email),
        ..UniqueValues::default()
    };
    let mut work = state.work();
    if !state.accounts.taken(&mut work, wanted).await?.is_empty() {
        return Err(Refusal::EmailInUse.into());
    }
    strong_enough(&state, &email, &password)?;
    let new = NewAccount::new(NewUsername::FromLocalPart, Some(email), Some(password));
    let account = state.accounts.register(&mut work, new).await;
    let account = account.map_err(refused_or(Refusal::EmailInUse))?;
    let tokens = state
        .sessions
        .open(&mut work, &account, Subject::PublicId)
        .await?;
    Ok(Reply::ok(&RegisteredOut::from(tokens)))
}

/// Ends the session of the access token.
///
/// Always succeeds: a missing or invalid token is ignored, and clients delete their tokens themselves. The refresh
/// token of the session is revoked, unless the server runs with `LOGGIA_SESSION_POLICY=django`.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_logout",
    responses((status = 200, body = NoticeOut, description = "Logged out.")),
    security((), ("bearer" = [])),
)]
#[post("/api/v1/auth/logout")]
pub(super) async fn logout(request: HttpRequest, state: Data<V1State>) -> Response<Ninja> {
    let caller = match Authentication::identify_request::<V1>(&request).await {
        Err(Problem::Unauthenticated(_)) => None,
        // Never confirm a logout that failed.
        outcome => outcome?,
    };
    if let Some(caller) = caller {
        state
            .sessions
            .revoke(&mut state.work(), &caller.session)
            .await?;
    }
    Ok(Reply::ok(&NoticeOut {
        detail: "Logged out successfully.",
    }))
}

/// Deletes the caller's account and everything that belongs to it.
///
/// The account's personal organization and the groups of which it is the only member are deleted with their contents.
/// The only active owner of a group with other members must make another member an owner first.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_delete",
    responses(
        (status = 200, body = NoticeOut, description = "The account was deleted. Its tokens are invalid."),
        (status = 409, body = NinjaErrorOut, description = "The account is the last active superuser, or the only active owner of an organization with other members. The error names the organizations."),
    ),
    security(("bearer" = [])),
)]
#[delete("/api/v1/auth/delete")]
pub(super) async fn delete(caller: Caller<V1>, state: Data<V1State>) -> Response<Ninja> {
    let caller = caller.required()?.caller;
    let outcome = state
        .accounts
        .delete(&mut state.work(), caller.account.id)
        .await;
    outcome.map_err(refused)?;
    Ok(Reply::ok(&NoticeOut {
        detail: "Account deleted successfully.",
    }))
}

/// Checks a new password against the policy of all surfaces. Source: docs/contract/README.md «Passwords».
fn strong_enough(state: &V1State, email: &Email, password: &Password) -> Result<(), Problem> {
    let username = Username::from_local_part(email);
    let personal = UserAttributes {
        username: username.as_str(),
        email: email.as_str(),
        ..UserAttributes::default()
    };
    let weaknesses = state.passwords.weaknesses(password, &personal);
    if weaknesses.is_empty() {
        Ok(())
    } else {
        Err(Refusal::WeakPassword(weaknesses).into())
    }
}

#[derive(Default, Deserialize, ToSchema)]
struct Register {
    /// At most 254 characters; unique regardless of case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, max_length = 254, example = "jane.doe@ex.com")]
    email: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "s3cret-pass")]
    password: Input,
}

impl Register {
    fn check(&self) -> Result<(Email, Password), Problem> {
        let mut faults = FieldErrors::default();
        let email = strict::required(&mut faults, "email", &self.email);
        let password = read::password(&mut faults, "password", &self.password);
        let (Some(email), Some(password)) = (email, password) else {
            return Err(faults.into());
        };
        let Ok(email) = Email::parse_lowercase(&email) else {
            return Err(Refusal::InvalidEmail.into());
        };
        Ok((email, read::not_empty(password)?))
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
    fn from(tokens: TokenPair) -> Self {
        Self {
            access: tokens.access,
            refresh: tokens.refresh,
        }
    }
}
