//! `/api/v1/auth/email`: a change of the email address, confirmed by an email to the new address.
//!
//! Source: docs/contract/v1.md «Email change».

use actix_web::{HttpRequest, get, patch, web::Data};
use loggia_identity::{EmailKind, EmailRequest, UniqueValues};
use loggia_kernel::Email;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NoticeOut, read, refused_or};
use crate::{V1, V1State, emails};
use loggia_http::{
    auth::Caller,
    dialect::{Ninja, NinjaErrorOut},
    error::{FieldErrors, Problem, Refusal},
    request::{Body, Input, strict},
    response::{Reply, Response},
};

/// Requests a change of the caller's email address.
///
/// An email with a link goes to the new address. The old address stays until the link is used. At most three requests
/// per hour.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_email_change",
    request_body = EmailChangeRequest,
    responses((status = 200, body = NoticeOut, description = "An email was sent to the new address.")),
    security(("bearer" = [])),
)]
#[patch("/api/v1/auth/email")]
pub(super) async fn change(
    caller: Caller<V1>,
    state: Data<V1State>,
    body: Body<Ninja>,
) -> Response<Ninja> {
    let account = caller.required()?.caller.account;
    let rate = state.rates.email_change;
    let mut work = state.work();
    state
        .throttles
        .count("v1 email change", rate, account.public_id.as_str())?;
    let new_email = read::fields::<EmailChangeRequest>(body).await?.check()?;
    let wanted = UniqueValues {
        email: Some(&new_email),
        except: Some(account.id),
        ..UniqueValues::default()
    };
    if !state.accounts.taken(&mut work, wanted).await?.is_empty() {
        return Err(Refusal::EmailTaken.into());
    }
    let account = account.id;
    let letter = EmailRequest {
        template: emails::EMAIL_CHANGE.name,
        kind: EmailKind::EmailChange { account, new_email },
    };
    state.one_time.request(&mut work, &letter).await?;
    Ok(Reply::ok(&NoticeOut {
        detail: "Verification email sent. Please check your new address.",
    }))
}

/// Changes the account's email address with the token of an emailed link.
///
/// A token can be used once, within 24 hours. A newer request replaces it.
#[utoipa::path(
    tag = "auth",
    operation_id = "v1_auth_email_verify",
    params(("token" = String, Query, description = "The token of the emailed link.")),
    responses(
        (status = 200, body = NoticeOut, description = "The email address was changed."),
        (status = 400, body = NinjaErrorOut, description = "The token is missing, invalid or expired, or the address was taken in the meantime."),
    ),
)]
#[get("/api/v1/auth/email/verify")]
pub(super) async fn verify(request: HttpRequest, state: Data<V1State>) -> Response<Ninja> {
    let mut faults = FieldErrors::default();
    let token = read::parameter(&request, "token");
    let Some(token) = strict::required(&mut faults, "query/token", &token) else {
        return Err(faults.into());
    };
    let outcome = state.one_time.change_email(&mut state.work(), &token).await;
    outcome.map_err(refused_or(Refusal::EmailTakenMeanwhile))?;
    Ok(Reply::ok(&NoticeOut {
        detail: "Email address updated successfully.",
    }))
}

#[derive(Default, Deserialize, ToSchema)]
struct EmailChangeRequest {
    /// At most 254 characters; unique regardless of case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, max_length = 254, example = "new@ex.com")]
    email: Input,
}

impl EmailChangeRequest {
    fn check(&self) -> Result<Email, Problem> {
        let mut faults = FieldErrors::default();
        match strict::required(&mut faults, "email", &self.email) {
            Some(email) => match Email::parse_lowercase(&email) {
                Ok(email) => Ok(email),
                Err(_) => Err(Refusal::InvalidEmail.into()),
            },
            None => Err(faults.into()),
        }
    }
}
