//! `/auth/token/`: opaque tokens, one per account.
//!
//! Source: docs/contract/djoser.md «Opaque tokens»; djoser 2.3.5, `serializers.py`, `TokenCreateSerializer`.

use loggia_identity::{Error, LoginName, LoginRequest};

use super::jwt::Credentials;
use crate::prelude::*;

/// Returns the account's opaque token.
///
/// The token is the same at each login and does not expire; a logout revokes it. Send it as `Authorization: Bearer
/// <auth_token>` or `Authorization: Token <auth_token>`. It is accepted under `/auth/` only.
#[utoipa::path(
    post, path = "/auth/token/login/", tag = "token", request_body = Credentials,
    responses((status = 200, description = "The token.", body = TokenOut)),
)]
pub(super) async fn login(
    _: Guard<OptionalCaller>,
    ClientAddress(address): ClientAddress,
    state: State,
    body: Body,
) -> Response {
    // A missing field is reported as wrong credentials. Source: docs/contract/djoser.md «Opaque tokens».
    let sent = body.read_partial::<Credentials>().await?;
    let mut errors = FieldErrors::default();
    let password = sent.password.read(&mut errors);
    let username = sent.username.read(&mut errors);
    let Some((username, password)) = errors.or(username.zip(password))? else {
        return Err(Problem::field(NON_FIELD, errors::INVALID_CREDENTIALS).into());
    };
    let login = LoginRequest { login: LoginName::Username(username), password, address };
    let work = &mut state.work();
    let auth_token = state.sessions.log_in_opaque(work, &login).await;
    let auth_token = auth_token.map_err(|error| match error {
        Error::InvalidCredentials => Problem::field(NON_FIELD, errors::INVALID_CREDENTIALS),
        error => error.into(),
    })?;
    Ok(Reply::ok(&TokenOut { auth_token }))
}

/// Revokes the caller's opaque token on all devices.
///
/// The request body is ignored. The session of the request's own token ends too, unless the server runs with
/// `LOGGIA_SESSION_POLICY=django`; then an access token stays valid until it expires.
#[utoipa::path(
    post, path = "/auth/token/logout/", tag = "token",
    responses((status = 204, description = "The token was revoked.")),
)]
pub(super) async fn logout(guard: Guard<Authenticated>, state: State) -> Response {
    let work = &mut state.work();
    state.sessions.revoke_opaque(work, guard.caller.account.id).await?;
    state.sessions.revoke(work, &guard.caller.session).await?;
    Ok(Reply::no_content())
}

/// The account's opaque token.
#[derive(Serialize, ToSchema)]
struct TokenOut {
    /// 40 hexadecimal digits.
    #[schema(example = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b")]
    auth_token: String,
}
