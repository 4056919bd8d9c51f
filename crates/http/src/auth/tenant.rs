//! Who asks on the paths of `v1` that belong to an organisation, and in which organisations he is.

use std::{future::Future, marker::PhantomData, net::IpAddr, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use loggia_identity::{self as identity, Membership, OrgKind, Organization};
use loggia_kernel::{OrgId, Slug};

use super::{Authentication, Credential, authorization, refused};
use crate::{
    Surface,
    dialect::Reject,
    error::{AuthFault, Problem, Refusal},
    middleware::client_address,
};

/// A caller of `v1` who has logged in, with the organisations that he is in. One query answers for both.
///
/// What he may not see does not exist: an organisation that he is not in is an unknown one.
/// Source: docs/contract/README.md «Tenants».
pub struct Tenant<S> {
    /// The account and its session.
    pub caller: identity::Caller,
    /// In the order of the organisations' ids.
    pub memberships: Vec<Membership>,
    /// Where he asks from.
    pub address: IpAddr,
    surface: PhantomData<fn() -> S>,
}

impl<S> Tenant<S> {
    /// The organisation of this slug, with what the caller is in it.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`] if there is none, or the caller is not in it: told in the same words.
    pub fn organization(&self, slug: &str) -> Result<&Membership, Problem> {
        self.memberships
            .iter()
            .find(|membership| membership.organization.slug.as_str() == slug)
            .ok_or_else(|| Refusal::UnknownOrganization.into())
    }

    /// All organisations that the caller is in.
    pub fn org_ids(&self) -> Vec<OrgId> {
        let ids = self.memberships.iter();
        ids.map(|membership| membership.organization.id).collect()
    }

    /// What an organisation that the caller is in is called in paths.
    pub fn slug_of(&self, id: OrgId) -> Option<&Slug> {
        self.memberships
            .iter()
            .map(|membership| &membership.organization)
            .find(|organization| organization.id == id)
            .map(|organization| &organization.slug)
    }

    /// The caller's own organisation.
    ///
    /// # Errors
    /// [`Problem::Internal`] if he has none, which cannot be: it comes and goes with the account.
    pub fn personal(&self) -> Result<&Organization, Problem> {
        self.memberships
            .iter()
            .map(|membership| &membership.organization)
            .find(|organization| organization.kind == OrgKind::Personal)
            .ok_or_else(|| Problem::Internal("an account has no organisation of its own".into()))
    }
}

impl<S: Surface> FromRequest for Tenant<S> {
    type Error = Reject<S::Dialect>;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let authentication = Authentication::of(&request)?;
            let header = authorization(request.headers());
            let token = match S::credential(header) {
                Credential::Signed(token) => token,
                Credential::None | Credential::Opaque(_) => {
                    return Err(AuthFault::NotGiven.into());
                }
                Credential::Faulty(fault) => return Err(fault.into()),
            };
            let member = authentication.sessions.member(token).await;
            let member = member.map_err(|error| refused(error, AuthFault::AccessToken))?;
            Ok(Self {
                caller: member.caller,
                memberships: member.memberships,
                address: client_address(&request),
                surface: PhantomData,
            })
        })
    }
}
