//! Who asks: credentials of a request, by the rules of its surface.

mod authority;
mod permission;
mod tenant;

use std::{future::Future, marker::PhantomData, net::IpAddr, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::Data,
};
use loggia_identity as identity;

use crate::{
    Services,
    dialect::{Dialect, Drf, Envelope, Ninja, Reject},
    front::Origin,
    problem::{AuthFault, Problem},
};

pub use self::authority::{actor, hold, outrank};
pub use self::permission::{Needs, is_admin};
pub use self::tenant::Tenant;

/// A family of paths: its dialect, and the credentials it takes.
pub trait Surface: 'static {
    /// How it speaks.
    type Dialect: Dialect;

    /// Reads the `Authorization` header.
    fn credential(header: Option<&str>) -> Credential<'_>;
}

/// What an `Authorization` header holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// Nothing that concerns this surface.
    None,
    /// A signed token.
    Signed(&'a str),
    /// An opaque token.
    Opaque(&'a str),
    /// Something that cannot be read.
    Faulty(AuthFault),
}

/// The surface `djoser`, `/auth/`: `Bearer` and `Token`, signed and opaque.
pub struct Djoser;
/// The surface `users`, `/api/users/<word>/`.
pub struct Users;
/// The surface `api`, `/api/`.
pub struct Api;
/// The surface `v1`, `/api/v1/`.
pub struct V1;

impl Surface for Djoser {
    type Dialect = Drf;

    /// Two dots make a signed token, anything else an opaque one. Source: docs/contract/djoser.md «Credentials».
    fn credential(header: Option<&str>) -> Credential<'_> {
        let mut words = header.unwrap_or_default().split_ascii_whitespace();
        let scheme = words.next().unwrap_or_default();
        if scheme != "Bearer" && !scheme.eq_ignore_ascii_case("token") {
            return Credential::None;
        }
        match (words.next(), words.next()) {
            (None, _) => Credential::Faulty(AuthFault::NoToken),
            (Some(_), Some(_)) => Credential::Faulty(AuthFault::TokenWithSpaces),
            (Some(token), None) if token.split('.').count() == 3 && scheme == "Bearer" => {
                Credential::Signed(token)
            }
            (Some(token), None) => Credential::Opaque(token),
        }
    }
}

/// Simplejwt's reading: the scheme's word letter for letter. Source: simplejwt 5.5.1, `authentication.py`.
fn bearer(header: Option<&str>) -> Credential<'_> {
    let mut words = header.unwrap_or_default().split_ascii_whitespace();
    if words.next() != Some("Bearer") {
        return Credential::None;
    }
    match (words.next(), words.next()) {
        (Some(token), None) => Credential::Signed(token),
        _ => Credential::Faulty(AuthFault::MalformedHeader),
    }
}

impl Surface for Users {
    type Dialect = Envelope;

    fn credential(header: Option<&str>) -> Credential<'_> {
        bearer(header)
    }
}

impl Surface for Api {
    type Dialect = Drf;

    fn credential(header: Option<&str>) -> Credential<'_> {
        bearer(header)
    }
}

impl Surface for V1 {
    type Dialect = Ninja;

    /// Here the scheme's word counts in any case, and what follows it is the token, whatever it is.
    /// Source: docs/contract/v1.md «Authentication».
    fn credential(header: Option<&str>) -> Credential<'_> {
        let header = header.unwrap_or_default().trim();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            Credential::Signed(token.trim())
        } else {
            Credential::None
        }
    }
}

/// Who asks. Bad credentials are refused when this is extracted, missing ones when the handler demands them.
pub struct Caller<S> {
    caller: Option<identity::Caller>,
    address: IpAddr,
    surface: PhantomData<fn() -> S>,
}

impl<S: Surface> Caller<S> {
    /// Whoever asks must have logged in.
    ///
    /// # Errors
    /// [`AuthFault::NotGiven`].
    pub fn required(self) -> Result<SignedIn, Reject<S::Dialect>> {
        match self.caller {
            Some(caller) => Ok(SignedIn {
                caller,
                address: self.address,
            }),
            None => Err(AuthFault::NotGiven.into()),
        }
    }

    /// Anybody may ask; bad credentials were refused all the same.
    pub fn anybody(self) -> Option<identity::Caller> {
        self.caller
    }
}

/// A caller who has logged in.
pub struct SignedIn {
    /// The account and its session.
    pub caller: identity::Caller,
    /// Where he asks from.
    pub address: IpAddr,
}

/// Where a request comes from, for guesses and throttles: the peer, unless it is a proxy that is trusted.
pub struct Address(pub IpAddr);

impl FromRequest for Address {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(address(request))))
    }
}

fn address(request: &HttpRequest) -> IpAddr {
    request
        .extensions()
        .get::<Origin>()
        .map_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), |origin| {
            origin.address
        })
}

/// Finds out who asks, by the rules of surface `S`.
///
/// # Errors
/// [`Problem::Unauthenticated`] for bad credentials.
pub async fn identify<S: Surface>(
    services: &Services,
    headers: &HeaderMap,
) -> Result<Option<identity::Caller>, Problem> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let outcome = match S::credential(header) {
        Credential::None => return Ok(None),
        Credential::Faulty(fault) => return Err(fault.into()),
        Credential::Signed(token) => services
            .sessions
            .caller(token)
            .await
            .map_err(|error| refused(error, AuthFault::AccessToken)),
        Credential::Opaque(token) => services
            .sessions
            .opaque_caller(token)
            .await
            .map_err(|error| refused(error, AuthFault::OpaqueToken)),
    };
    outcome.map(Some)
}

fn refused(
    error: identity::Error,
    as_fault: impl Fn(identity::TokenFault) -> AuthFault,
) -> Problem {
    match error {
        identity::Error::BadToken(fault) => as_fault(fault).into(),
        error => error.into(),
    }
}

impl<S: Surface> FromRequest for Caller<S> {
    type Error = Reject<S::Dialect>;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(services) = request.app_data::<Data<Services>>() else {
                return Err(Problem::Internal("the services are not there".into()).into());
            };
            let caller = identify::<S>(services, request.headers()).await?;
            Ok(Self {
                caller,
                address: address(&request),
                surface: PhantomData,
            })
        })
    }
}

#[cfg(test)]
mod tests;
