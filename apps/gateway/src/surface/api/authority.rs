//! Who may change whom: nobody changes an account that holds more than he does, or gives what he does not hold.
//!
//! Source: contract/README.md, decision 10; contract/drf.md 8.6.

use actix_web::web::Path;
use loggia_identity::{Account, Caller, Error as IdentityError, Held};
use loggia_kernel::AccountId;
use loggia_rbac::{Actor, codename};

use crate::{
    Services,
    caller::{SignedIn, is_admin},
    problem::{AuthFault, Problem},
};

/// What gives somebody the right to change accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// The codename `manage_users`. Source: seeds/004 «User Management Endpoints».
    ManageUsers,
    /// To be an administrator. Source: seeds/000 «Admin User Management»; contract/drf.md 8.6.
    Admin,
}

impl Right {
    /// # Errors
    /// [`Problem::Forbidden`].
    async fn demand(self, services: &Services, caller: SignedIn) -> Result<(), Problem> {
        match self {
            Self::Admin => caller.require_admin(),
            Self::ManageUsers => caller.require(services, &[codename::MANAGE_USERS]).await,
        }
        .map(drop)
    }
}

/// Whose rights count where roles are given and taken.
pub(super) fn actor(account: &Account) -> Actor {
    Actor {
        account: account.id,
        is_superuser: account.is_superuser,
    }
}

/// The account that a path names. What is no number names none.
///
/// # Errors
/// [`Problem::NotFound`].
pub(super) async fn target(services: &Services, id: &Path<String>) -> Result<Account, Problem> {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotFound);
    }
    let Ok(id) = id.parse() else {
        return Err(Problem::NotFound);
    };
    Ok(services.accounts.by_id(AccountId::new(id)).await?)
}

/// The account that a path names, if the caller holds all that it holds.
///
/// # Errors
/// [`Problem::NotFound`]; [`Problem::Forbidden`].
pub(super) async fn subordinate(
    services: &Services,
    caller: &SignedIn,
    id: &Path<String>,
) -> Result<Account, Problem> {
    let target = target(services, id).await?;
    outrank(services, &caller.caller.account, &target).await?;
    Ok(target)
}

/// Refuses unless `actor` holds all that `target` holds. Everybody is his own equal.
async fn outrank(services: &Services, actor: &Account, target: &Account) -> Result<(), Problem> {
    if actor.is_superuser || actor.id == target.id {
        return Ok(());
    }
    let is_above = target.is_superuser
        || (is_admin(target) && !is_admin(actor))
        || services
            .assignments
            .exceeds(target.id, self::actor(actor))
            .await?;
    if is_above {
        tracing::warn!(
            target: "loggia::security",
            actor = actor.id.get(),
            account = target.id.get(),
            "refused: the account holds more than who would change it",
        );
        return Err(Problem::Forbidden);
    }
    Ok(())
}

/// Judges once more, in the transaction that does what is asked. Between the first judgement and this moment the client
/// may have taken its time to send the body, and either of the two may have been given other rights.
///
/// # Errors
/// [`Problem::Forbidden`]; [`Problem::NotFound`]; [`Problem::Unauthenticated`] if the caller is gone or shut out by now.
pub(super) async fn hold(
    services: &Services,
    right: Right,
    caller: &SignedIn,
    target: AccountId,
) -> Result<Held, Problem> {
    let held = services
        .people
        .hold(&caller.caller, target)
        .await
        .map_err(|error| match error {
            IdentityError::BadToken(fault) => AuthFault::AccessToken(fault).into(),
            error => Problem::from(error),
        })?;
    let now = SignedIn {
        caller: Caller {
            account: held.actor.clone(),
            session: caller.caller.session.clone(),
        },
        address: caller.address,
    };
    right.demand(services, now).await?;
    outrank(services, &held.actor, &held.target).await?;
    Ok(held)
}
