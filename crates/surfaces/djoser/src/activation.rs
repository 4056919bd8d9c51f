//! `/auth/users/*activation/`: letting in an account that was shut out.
//!
//! Accounts are active from the start, and no mail is sent; an operator makes the links. Source: djoser 2.3.5, `views.py`
//! and `serializers.py`, `ActivationSerializer`, with `SEND_ACTIVATION_EMAIL` off;
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

/// Activates an account by a link.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_activation",
    request_body = Activation,
    responses(
        (status = 204, description = "Activated."),
        (status = 403, description = "It is active already.", body = DetailOut),
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
        .activate(&token, link::owner(&uid)?)
        .await
        .map_err(link::refused)?;
    Ok(Reply::no_content())
}

/// Refuses to send an activation mail again: none are sent.
///
/// Whatever the address: 400, with an empty body unless the request itself is at fault.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_resend_activation",
    request_body = ResetRequest,
    responses((status = 400, description = "No activation mails are sent.")),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/resend_activation/")]
pub(super) async fn resend_activation(caller: Caller<Djoser>, body: Body<Drf>) -> Response<Drf> {
    caller.anybody();
    body.read::<ResetRequest>().await?.check()?;
    Ok(Reply::bare(StatusCode::BAD_REQUEST))
}

/// What the link carried.
#[derive(Deserialize, ToSchema)]
struct Activation {
    /// Whose account it is.
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
