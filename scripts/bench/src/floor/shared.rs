//! The state that all handlers share.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    database::Database,
    member::{self, Member},
    tokens::Tokens,
};

pub(super) struct Shared {
    pub(super) database: Database,
    pub(super) tokens: Tokens,
}

impl Shared {
    /// Returns the caller, if the token is valid and the account is active.
    ///
    /// # Errors
    /// The error response.
    pub(super) async fn member(&self, request: &HttpRequest) -> Result<Member, HttpResponse> {
        let claims =
            self.tokens.claims(request).ok_or_else(|| HttpResponse::Unauthorized().finish())?;
        match member::find(&self.database, &claims).await {
            Ok(Some(member)) if member.account.is_active && member.revoked_at.is_none() => {
                Ok(member)
            }
            Ok(_) => Err(HttpResponse::Unauthorized().finish()),
            Err(_) => Err(HttpResponse::ServiceUnavailable().finish()),
        }
    }
}
