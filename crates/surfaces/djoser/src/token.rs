//! `/auth/token/`: opaque tokens, one for each account.
//!
//! Source: docs/contract/djoser.md «Opaque tokens»; djoser 2.3.5, `serializers.py`, `TokenCreateSerializer`.

use std::net::IpAddr;

use actix_web::{post, web::Data};
use loggia_identity::{LogIn, Login};
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

/// Gives the account's opaque token for user name and password.
///
/// It is the same at each log-in until it is dropped by a log-out, and does not expire. Send it as
/// `Authorization: Bearer <auth_token>` or `Authorization: Token <auth_token>`. It is good under `/auth/` only.
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
        .log_in_opaque(&attempt)
        .await
        .map_err(|error| Problem::from(error).credentials_as_field())?;
    Ok(Reply::ok(&TokenOut { auth_token }))
}

/// Drops the caller's opaque token, on every device.
///
/// A body is not looked at. The session of the token that the request carries ends, too, unless the server keeps to
/// Django's policy, under which an access token lives until it expires.
#[utoipa::path(
    tag = "token",
    operation_id = "djoser_token_logout",
    responses((status = 204, description = "Dropped.")),
    security(("bearer" = [])),
)]
#[post("/auth/token/logout/")]
pub(super) async fn logout(caller: Caller<Djoser>, state: Data<DjoserState>) -> Response<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    state.sessions.drop_opaque(caller.account.id).await?;
    state.sessions.end(&caller.session).await?;
    Ok(Reply::no_content())
}

/// Who wants a token.
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
    /// Neither field is required: without one of them it is just no good log-in.
    /// Source: docs/contract/djoser.md «Opaque tokens».
    fn check(self, address: IpAddr) -> Result<LogIn, Problem> {
        let mut faults = FieldErrors::default();
        let password = Read::OPTIONAL.password(&mut faults, "password", &self.password);
        let username = Read::OPTIONAL.text(&mut faults, "username", &self.username);
        faults.or((username, password)).map_or_else(
            |faults| Err(faults.into()),
            |fields| match fields {
                (Some(username), Some(password)) => Ok(LogIn {
                    login: Login::Username(username),
                    password,
                    address,
                }),
                _ => Err(Problem::field(NON_FIELD, Code::BadCredentials)),
            },
        )
    }
}

/// The account's token.
#[derive(Serialize, ToSchema)]
struct TokenOut {
    /// 40 hexadecimal digits.
    #[schema(example = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b")]
    auth_token: String,
}
