//! Authentication and authorization: reads and verifies the credentials of a request, by the rules of its surface.

mod access;
mod caller;
mod guard;
mod permission;
mod tenant;

use std::sync::Arc;

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap},
    web::Data,
};
use loggia_db::Db;
use loggia_identity::{self as identity, Sessions};
use loggia_kernel::Clock;
use loggia_rbac::Assignments;

use crate::{
    Surface,
    error::{AuthFault, Problem},
};

pub use self::{
    access::{Access, access, needs},
    caller::SignedIn,
    guard::{
        AnyCaller, Anyone, Authenticated, Guard, Member, OptionalCaller, Permission, Permissions,
        Policy, RequireAdmin, RequirePermission,
    },
    permission::Needs,
    tenant::Tenant,
};
pub use crate::credentials::{Credential, bearer};

/// The services that verify credentials and permissions. The application holds it as `Data<Authentication>`.
#[derive(Clone)]
pub struct Authentication {
    /// The database.
    pub db: Db,
    /// The sessions that tokens belong to.
    pub sessions: Arc<dyn Sessions>,
    /// The roles of accounts.
    pub assignments: Arc<dyn Assignments>,
    /// Measures how long a body takes to arrive.
    pub clock: Arc<dyn Clock>,
}

impl Authentication {
    /// Returns the value that the application was built with.
    ///
    /// # Errors
    /// [`Problem::Internal`] if the application was built without it.
    pub fn of(request: &HttpRequest) -> Result<&Data<Self>, Problem> {
        request
            .app_data::<Data<Self>>()
            .ok_or_else(|| Problem::Internal("the application holds no `Authentication`".into()))
    }

    /// Verifies the credentials of a request by the rules of surface `S`.
    ///
    /// # Errors
    /// As [`Authentication::identify`].
    pub async fn identify_request<S: Surface>(
        request: &HttpRequest,
    ) -> Result<Option<identity::Caller>, Problem> {
        let credential = S::credential(authorization(request.headers()));
        Self::of(request)?.identify(credential).await
    }

    /// Verifies a credential and returns its caller; `None` if there is no credential.
    ///
    /// # Errors
    /// [`Problem::Unauthenticated`] for an invalid credential.
    pub async fn identify(
        &self,
        credential: Credential<'_>,
    ) -> Result<Option<identity::Caller>, Problem> {
        let mut work = self.db.work();
        let outcome = match credential {
            Credential::None => return Ok(None),
            Credential::Faulty(fault) => return Err(fault.into()),
            Credential::Signed(token) => self
                .sessions
                .caller(&mut work, token)
                .await
                .map_err(|error| refused(error, AuthFault::AccessToken)),
            Credential::Opaque(token) => self
                .sessions
                .opaque_caller(&mut work, token)
                .await
                .map_err(|error| refused(error, AuthFault::OpaqueToken)),
        };
        outcome.map(Some)
    }
}

/// Returns the `Authorization` header.
pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}

fn refused(
    error: identity::Error,
    as_fault: impl Fn(identity::TokenError) -> AuthFault,
) -> Problem {
    match error {
        identity::Error::InvalidToken(fault) => as_fault(fault).into(),
        error => error.into(),
    }
}
