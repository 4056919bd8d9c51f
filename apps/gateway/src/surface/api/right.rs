//! The caller's right to change roles and permissions, at the moment when he does.

use actix_web::web::Path;
use loggia_identity::{Caller, Error};
use loggia_rbac::Actor;

use crate::{
    Services,
    caller::SignedIn,
    problem::{AuthFault, Problem},
};

/// Judges the caller once more, in the transaction that does what he asks: while his body was read, which may take its
/// time, he may have lost what he had. Who changes accounts begins in the same way, so nobody waits for two others.
///
/// # Errors
/// [`Problem::Forbidden`]; [`Problem::Unauthenticated`] if he is gone or shut out by now.
pub(super) async fn hold(
    services: &Services,
    caller: &SignedIn,
    codename: &str,
) -> Result<Actor, Problem> {
    let SignedIn { caller, address } = caller;
    let held = services
        .people
        .hold(caller, caller.account.id)
        .await
        .map_err(|error| match error {
            Error::BadToken(fault) => AuthFault::AccessToken(fault).into(),
            error => Problem::from(error),
        })?;
    let now = SignedIn {
        caller: Caller {
            account: held.actor,
            session: caller.session.clone(),
        },
        address: *address,
    };
    Ok(now.require(services, &[codename]).await?.actor())
}

/// The number in a path. What is no number, or larger than any, names nothing.
///
/// # Errors
/// [`Problem::NotFound`].
pub(super) fn number(id: &Path<String>) -> Result<i64, Problem> {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotFound);
    }
    id.parse().or(Err(Problem::NotFound))
}
