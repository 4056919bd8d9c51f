//! `/auth/users/activation/` and `/auth/users/resend_activation/`: activation of inactive accounts.
//!
//! Accounts are active from the start and no activation emails are sent. An operator creates the links. Source: djoser
//! 2.3.5, `views.py` and `serializers.py`, `ActivationSerializer`, with `SEND_ACTIVATION_EMAIL` off;
//! docs/contract/djoser.md «Activation».

use actix_web::http::StatusCode;

use super::{link, password::ResetRequest};
use crate::prelude::*;

/// Activates an account with the token of an activation link.
#[utoipa::path(
    post, path = "/auth/users/activation/", tag = "users", operation_id = "djoser_activation",
    request_body = Activation,
    responses(
        (status = 204, description = "The account is active."),
        (status = 403, description = "The account is already active."),
    ),
)]
pub(super) async fn activate(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let (uid, token) = body.read::<Activation>().await?.check()?;
    let owner = link::owner(&uid)?;
    let work = &mut state.work();
    let activated = state.one_time.activate(work, &token, owner).await;
    activated.map_err(link::problem)?;
    Ok(Reply::no_content())
}

/// Rejects a request for another activation email.
///
/// This server sends no activation emails. A valid request gets 400 with an empty body, whether or not an account has
/// the address.
#[utoipa::path(
    post, path = "/auth/users/resend_activation/", tag = "users", operation_id = "djoser_resend_activation",
    request_body = ResetRequest,
    responses((status = 400, description = "No activation emails are sent.")),
)]
pub(super) async fn resend(_: Guard<OptionalCaller>, body: Body) -> Response {
    body.read::<ResetRequest>().await?.email.read_alone()?;
    Ok(Reply::bare(StatusCode::BAD_REQUEST))
}

/// The two parts of an activation link.
#[derive(Deserialize, ToSchema)]
struct Activation {
    /// The account's id in URL-safe base64, as the link contains it. Example: `MQ`
    uid: Required<Text>,
    /// Example: `token`
    token: Required<Text>,
}

impl Activation {
    fn check(&self) -> Result<(String, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let uid = self.uid.read(&mut errors);
        let token = self.token.read(&mut errors);
        errors.require(uid.zip(token))
    }
}
