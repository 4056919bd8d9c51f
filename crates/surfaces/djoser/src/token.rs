//! `/auth/token/`: opaque tokens, one per account.
//!
//! Source: docs/contract/djoser.md «Opaque tokens»; djoser 2.3.5, `serializers.py`, `TokenCreateSerializer`.

use std::net::IpAddr;

use actix_web::{post, web::Data};
use loggia_identity::{LoginName, LoginRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Djoser, DjoserState};
use loggia_http::{
    auth::{Caller, SignedIn},
    dialect::Drf,
    error::{Code, FieldErrors, NON_FIELD, Problem},
    middleware::ClientAddress,
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Returns the account's opaque token.
///
/// The token is the same at each login and does not expire; a logout revokes it. Send it as `Authorization: Bearer
/// <auth_token>` or `Authorization: Token <auth_token>`. It is accepted under `/auth/` only.
#[utoipa::path(
    tag = "token",
    operation_id = "djoser_token_login",
    request_body = TokenLogin,
    responses((status = 200, description = "The token.", body = TokenOut)),
    security((), ("bearer" = [])),
)]
#[post("/auth/token/login/")]
pub(super) async fn login(
    caller: Caller<Djoser>,
    ClientAddress(address): ClientAddress,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let attempt = body.read::<TokenLogin>().await?.check(address)?;
    let auth_token = state
        .sessions
        .log_in_opaque(&mut state.work(), &attempt)
        .await
        .map_err(|error| Problem::from(error).credentials_as_field())?;
    Ok(Reply::ok(&TokenOut { auth_token }))
}

/// Revokes the caller's opaque token on all devices.
///
/// The request body is ignored. The session of the request's own token ends too, unless the server runs with
/// `LOGGIA_SESSION_POLICY=django`; then an access token stays valid until it expires.
#[utoipa::path(
    tag = "token",
    operation_id = "djoser_token_logout",
    responses((status = 204, description = "The token was revoked.")),
    security(("bearer" = [])),
)]
#[post("/auth/token/logout/")]
pub(super) async fn logout(caller: Caller<Djoser>, state: Data<DjoserState>) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let mut work = state.work();
    state
        .sessions
        .revoke_opaque(&mut work, caller.account.id)
        .await?;
    state.sessions.revoke(&mut work, &caller.session).await?;
    Ok(Reply::no_content())
}

/// Username and password.
#[derive(Deserialize, ToSchema)]
struct TokenLogin {
    #[serde(default)]
    #[schema(value_type = String, required, example = "example_user", min_length = 1)]
    username: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    password: Input,
}

impl TokenLogin {
    /// Reads the credentials. A missing field is reported as wrong credentials, not as a required field.
    /// Source: docs/contract/djoser.md «Opaque tokens».
    fn check(self, address: IpAddr) -> Result<LoginRequest, Problem> {
        let mut faults = FieldErrors::default();
        let password = Read::OPTIONAL.password(&mut faults, "password", &self.password);
        let username = Read::OPTIONAL.text(&mut faults, "username", &self.username);
        faults.or((username, password)).map_or_else(
            |faults| Err(faults.into()),
            |fields| match fields {
                (Some(username), Some(password)) => Ok(LoginRequest {
                    login: LoginName::Username(username),
                    password,
                    address,
                }),
                _ => Err(Problem::field(NON_FIELD, Code::BadCredentials)),
            },
        )
    }
}

/// The account's opaque token.
#[derive(Serialize, ToSchema)]
struct TokenOut {
    /// 40 hexadecimal digits.
    #[schema(example = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b")]
    auth_token: String,
}
