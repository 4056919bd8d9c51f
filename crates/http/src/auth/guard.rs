//! Guards: extractors that let a request through to its handler, and hand over what they learned of the caller.
//!
//! A handler's first argument is its [`Guard`]; the policy in its type is the only declaration of who may call the operation.
//! A guard judges before the body is read, and again after a body that took its time: a right that ends while a body arrives ends for
//! the request, too.

use std::{future::Future, marker::PhantomData, ops::Deref, pin::Pin, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use loggia_application::require_admin;
use loggia_identity as identity;
use utoipa::openapi::security::SecurityRequirement;

use super::{Access, Authentication, Needs, SignedIn, Tenant};
use crate::{
    SCHEME, Secured, Surface,
    client_info::client_address,
    dialect::Reject,
    error::{AuthFault, Problem},
    request::Arrival,
};

/// Who may call an operation of a surface.
pub trait Policy<S: Surface>: 'static {
    /// What the handler receives.
    type Granted;

    /// Whether credentials are read and needed.
    const ACCESS: Access;

    /// The scopes of the document's `security`: what the caller needs beside valid credentials.
    const SCOPES: &'static [&'static str] = &[];

    /// Judges the request by its head, before the body is read.
    ///
    /// # Errors
    /// [`Problem::Unauthenticated`]; [`Problem::Forbidden`].
    fn check(request: &HttpRequest) -> impl Future<Output = Result<Self::Granted, Problem>>;
}

/// A request that policy `P` of surface `S` let through. Dereferences to what the policy grants.
pub struct Guard<S: Surface, P: Policy<S>> {
    granted: P::Granted,
    surface: PhantomData<fn() -> S>,
}

impl<S: Surface, P: Policy<S>> Guard<S, P> {
    /// What the policy grants.
    pub fn into_inner(self) -> P::Granted {
        self.granted
    }
}

impl<S: Surface, P: Policy<S>> Deref for Guard<S, P> {
    type Target = P::Granted;

    fn deref(&self) -> &P::Granted {
        &self.granted
    }
}

impl<S: Surface, P: Policy<S>> FromRequest for Guard<S, P> {
    type Error = Reject<S::Dialect>;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let granted = P::check(&request).await?;
            let granted = if P::ACCESS != Access::Open && arrived_late(&request).await? {
                P::check(&request).await?
            } else {
                granted
            };
            Ok(Self { granted, surface: PhantomData })
        })
    }
}

impl<S: Surface, P: Policy<S>> Secured for Guard<S, P> {
    fn security() -> Vec<SecurityRequirement> {
        let bearer = SecurityRequirement::new(SCHEME, P::SCOPES.iter().copied());
        match P::ACCESS {
            Access::Open => Vec::new(),
            Access::Optional => vec![SecurityRequirement::default(), bearer],
            Access::Required => vec![bearer],
        }
    }
}

/// The time that a body may take before the guard judges again. Most bodies arrive with their head.
const TRUSTED_FOR: Duration = Duration::from_millis(100);

/// Waits for the body, if the handler reads one, and returns whether a right may have ended in the meantime: a client can
/// send its body as slowly as it likes.
async fn arrived_late(request: &HttpRequest) -> Result<bool, Problem> {
    let Some(body) = Arrival::of(request) else {
        return Ok(false);
    };
    let clock = &Authentication::of(request)?.clock;
    let began = clock.monotonic();
    body.wait().await;
    Ok(TRUSTED_FOR < clock.monotonic() - began)
}

/// Everyone. Credentials are not read, so that invalid ones do no harm.
pub enum Anyone {}

/// Everyone without invalid credentials. Grants the caller, if there is one.
pub enum OptionalCaller {}

/// Everyone. Credentials are read, and invalid ones ignored. Grants the caller, if there is one.
pub enum AnyCaller {}

/// Callers with valid credentials. Grants the caller and its address.
pub enum Authenticated {}

/// Administrators: the role `admin`, staff and superusers. Grants the caller and its address.
pub enum RequireAdmin {}

/// Callers who have at least one permission of the set `P`. Grants the caller and its address.
pub struct RequirePermission<P>(PhantomData<P>);

/// Callers with valid credentials, on a surface of organizations. Grants the caller with its memberships, which one query reads together.
pub enum Member {}

/// A permission, by its codename.
pub trait Permission: 'static {
    /// The codename.
    const CODENAME: &'static str;
}

/// Permissions of which one is enough: a [`Permission`], or a pair of them.
pub trait Permissions: 'static {
    /// Their codenames.
    const CODENAMES: &'static [&'static str];
}

impl<A: Permission> Permissions for A {
    const CODENAMES: &'static [&'static str] = &[A::CODENAME];
}

impl<A: Permission, B: Permission> Permissions for (A, B) {
    const CODENAMES: &'static [&'static str] = &[A::CODENAME, B::CODENAME];
}

impl<S: Surface> Policy<S> for Anyone {
    type Granted = ();

    const ACCESS: Access = Access::Open;

    async fn check(_: &HttpRequest) -> Result<(), Problem> {
        Ok(())
    }
}

impl<S: Surface> Policy<S> for OptionalCaller {
    type Granted = Option<identity::Caller>;

    const ACCESS: Access = Access::Optional;

    async fn check(request: &HttpRequest) -> Result<Self::Granted, Problem> {
        Authentication::identify_request::<S>(request).await
    }
}

impl<S: Surface> Policy<S> for AnyCaller {
    type Granted = Option<identity::Caller>;

    const ACCESS: Access = Access::Optional;

    async fn check(request: &HttpRequest) -> Result<Self::Granted, Problem> {
        match Authentication::identify_request::<S>(request).await {
            Err(Problem::Unauthenticated(_)) => Ok(None),
            outcome => outcome,
        }
    }
}

impl<S: Surface> Policy<S> for Authenticated {
    type Granted = SignedIn;

    const ACCESS: Access = Access::Required;

    async fn check(request: &HttpRequest) -> Result<SignedIn, Problem> {
        let caller = Authentication::identify_request::<S>(request).await?;
        Ok(SignedIn {
            caller: caller.ok_or(AuthFault::NotGiven)?,
            address: client_address(request),
        })
    }
}

impl<S: Surface> Policy<S> for RequireAdmin {
    type Granted = SignedIn;

    const ACCESS: Access = Access::Required;
    const SCOPES: &'static [&'static str] = &[Needs::ADMIN];

    async fn check(request: &HttpRequest) -> Result<SignedIn, Problem> {
        let caller = <Authenticated as Policy<S>>::check(request).await?;
        require_admin(&caller.caller.account)?;
        Ok(caller)
    }
}

impl<S: Surface, P: Permissions> Policy<S> for RequirePermission<P> {
    type Granted = SignedIn;

    const ACCESS: Access = Access::Required;
    const SCOPES: &'static [&'static str] = P::CODENAMES;

    async fn check(request: &HttpRequest) -> Result<SignedIn, Problem> {
        let caller = <Authenticated as Policy<S>>::check(request).await?;
        let authentication = Authentication::of(request)?;
        authentication.require_any(&caller.caller, P::CODENAMES).await?;
        Ok(caller)
    }
}

impl<S: Surface> Policy<S> for Member {
    type Granted = Tenant<S>;

    const ACCESS: Access = Access::Required;

    async fn check(request: &HttpRequest) -> Result<Tenant<S>, Problem> {
        Tenant::of(request).await
    }
}

#[cfg(test)]
mod tests;
