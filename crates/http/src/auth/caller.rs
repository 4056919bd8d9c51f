//! The caller of a request.

use std::net::IpAddr;

use loggia_application::actor;
use loggia_identity as identity;
use loggia_rbac::Actor;

/// An authenticated caller.
pub struct SignedIn {
    /// The account and its session.
    pub caller: identity::Caller,
    /// The client's address.
    pub address: IpAddr,
}

impl SignedIn {
    /// Returns the caller as an actor for `loggia-rbac`.
    pub fn actor(&self) -> Actor {
        actor(&self.caller.account)
    }
}
