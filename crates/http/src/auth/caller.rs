//! The caller of a request.

use std::{future::Future, marker::PhantomData, net::IpAddr, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use loggia_identity as identity;

use crate::{Surface, dialect::Reject, error::AuthFault, middleware::client_address};

use super::Authentication;

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
