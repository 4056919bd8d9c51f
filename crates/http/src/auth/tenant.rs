//! The caller of operations that belong to organizations, with the caller's memberships.

use std::{marker::PhantomData, net::IpAddr};

use actix_web::HttpRequest;
use loggia_identity::{self as identity, Membership, OrgKind, Organization};
use loggia_kernel::{OrgId, Slug};

use super::{Authentication, authorization, refused};
use crate::{
    Surface,
    client_info::client_address,
    credentials::Credential,
    error::{AuthFault, Problem, Refusal},
};

/// An authenticated caller with their memberships, read in one query.
///
/// Organizations that the caller is not a member of are treated as unknown.
/// Source: docs/contract/README.md «Tenants».
pub struct Tenant<S> {
    /// The account and its session.
    pub caller: identity::Caller,
    /// The caller's memberships, ordered by organization id.
    pub memberships: Vec<Membership>,
    /// The client's address.
    pub address: IpAddr,
    surface: PhantomData<fn() -> S>,
}

impl<S> Tenant<S> {
    /// Returns the caller's membership in the organization with this slug.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`] if the organization does not exist or the caller is not a member: the same
    /// error for both.
    pub fn organization(&self, slug: &str) -> Result<&Membership, Problem> {
        self.memberships
            .iter()
            .find(|membership| membership.organization.slug.as_str() == slug)
            .ok_or_else(|| Refusal::UnknownOrganization.into())
    }

    /// Returns the ids of all organizations that the caller is a member of.
    pub fn org_ids(&self) -> Vec<OrgId> {
        let ids = self.memberships.iter();
        ids.map(|membership| membership.organization.id).collect()
    }

    /// Returns the slug of an organization that the caller is a member of.
    pub fn slug_of(&self, id: OrgId) -> Option<&Slug> {
        self.memberships
            .iter()
            .map(|membership| &membership.organization)
            .find(|organization| organization.id == id)
            .map(|organization| &organization.slug)
    }

    /// Returns the caller's personal organization.
    ///
    /// # Errors
    /// [`Problem::Internal`] if there is none. This violates an invariant: it is created and deleted with its account.
    pub fn personal(&self) -> Result<&Organization, Problem> {
        self.memberships
            .iter()
            .map(|membership| &membership.organization)
            .find(|organization| organization.kind == OrgKind::Personal)
            .ok_or_else(|| Problem::Internal("an account has no organisation of its own".into()))
    }
}

impl<S: Surface> Tenant<S> {
    /// Reads the caller and its memberships.
    ///
    /// # Errors
    /// [`Problem::Unauthenticated`].
    pub(super) async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let authentication = Authentication::of(request)?;
        let token = match S::credential(authorization(request.headers())) {
            Credential::Signed(token) => token,
            Credential::None | Credential::Opaque(_) => return Err(AuthFault::NotGiven.into()),
            Credential::Faulty(fault) => return Err(fault.into()),
        };
        let member = authentication.sessions.member(&mut authentication.db.work(), token).await;
        let member = member.map_err(|error| refused(error, AuthFault::AccessToken))?;
        Ok(Self {
            caller: member.caller,
            memberships: member.memberships,
            address: client_address(request),
            surface: PhantomData,
        })
    }
}
