//! The caller of a request.

use std::{future::Future, marker::PhantomData, net::IpAddr, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use loggia_identity as identity;

use crate::{Surface, client_info::client_address, dialect::Reject, error::AuthFault};

use super::Authentication;

/// An extractor of the caller. Extraction fails for invalid credentials; missing ones are an error only if the handler
/// requires a caller.
pub struct Caller<S> {
    caller: Option<identity::Caller>,
    address: IpAddr,
    surface: PhantomData<fn() -> S>,
}

impl<S: Surface> Caller<S> {
    /// Returns the caller, who must be authenticated.
    ///
    /// # Errors
    /// [`AuthFault::NotGiven`] without credentials.
    pub fn required(self) -> Result<SignedIn, Reject<S::Dialect>> {
        match self.caller {
            Some(caller) => Ok(SignedIn {
                caller,
                address: self.address,
            }),
            None => Err(AuthFault::NotGiven.into()),
        }
    }

    /// Returns the caller, or `None` without credentials. Invalid credentials have already failed the extraction.
    pub fn anybody(self) -> Option<identity::Caller> {
        self.caller
    }
}

/// An authenticated caller.
pub struct SignedIn {
    /// The account and its session.
    pub caller: identity::Caller,
    /// The client's address.
    pub address: IpAddr,
}

impl<S: Surface> FromRequest for Caller<S> {
    type Error = Reject<S::Dialect>;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = Authentication::identify_request::<S>(&request).await?;
            Ok(Self {
                caller,
                address: client_address(&request),
                surface: PhantomData,
            })
        })
    }
}
