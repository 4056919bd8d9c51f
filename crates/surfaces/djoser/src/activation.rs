//! `/auth/users/activation/` and `/auth/users/resend_activation/`: activation of inactive accounts.
//!
//! Accounts are active from the start and no activation emails are sent. An operator creates the links. Source: djoser
//! 2.3.5, `views.py` and `serializers.py`, `ActivationSerializer`, with `SEND_ACTIVATION_EMAIL` off;
//! docs/contract/djoser.md «Activation».

use actix_web::{http::StatusCode, post, web::Data};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{link, password::ResetRequest};
use crate::{Djoser, DjoserState};
use loggia_http::{
    auth::Caller,
    dialect::{DetailOut, Drf},
    error::{FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Activates an account with the token of an activation link.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_activation",
    request_body = Activation,
    responses(
        (status = 204, description = "The account is active."),
        (status = 403, description = "The account is already active.", body = DetailOut),
    ),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/activation/")]
pub(super) async fn activation(
    caller: Caller<Djoser>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let (uid, token) = body.read::<Activation>().await?.check()?;
    state
        .one_time
        .activate(&mut state.work(), &token, link::owner(&uid)?)
        .await
        .map_err(link::refused)?;
    Ok(Reply::no_content())
}

/// Rejects a request for another activation email.
///
/// This server sends no activation emails. A valid request gets 400 with an empty body, whether or not an account has
/// the address.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_resend_activation",
    request_body = ResetRequest,
    responses((status = 400, description = "No activation emails are sent.")),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/resend_activation/")]
pub(super) async fn resend_activation(caller: Caller<Djoser>, body: Body<Drf>) -> Response<Drf> {
    caller.anybody();
    body.read::<ResetRequest>().await?.check()?;
    Ok(Reply::bare(StatusCode::BAD_REQUEST))
}

/// The two parts of an activation link.
#[derive(Deserialize, ToSchema)]
struct Activation {
    /// The account's id in URL-safe base64, as the link contains it.
    #[serde(default)]
    #[schema(value_type = String, required, example = "MQ", min_length = 1)]
    uid: Input,
    #[serde(default)]
    #[schema(value_type = String, required, example = "token", min_length = 1)]
    token: Input,
}

impl Activation {
    fn check(self) -> Result<(String, String), Problem> {
        let mut faults = FieldErrors::default();
        let uid = Read::REQUIRED.text(&mut faults, "uid", &self.uid);
        let token = Read::REQUIRED.text(&mut faults, "token", &self.token);
        uid.zip(token).ok_or(faults.into())
    }
}
