//! Passwords of accounts: check, change and set.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use loggia_db::Work;
use loggia_kernel::{AccountId, Clock, SessionId, Timestamp};

use crate::{
    Account, Caller, Error, LoginAttempts, Result, SessionPolicy,
    attempts::Target,
    audit,
    passwords::{Hasher, Password, Policy, UserAttributes, Weakness},
    store::{accounts, one_time, sessions},
};

/// Passwords of accounts: check, change and set. Object-safe: share it as `Arc<dyn Passwords>`.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Returns every rule of the policy that a password violates, in Django's order.
    fn weaknesses(&self, password: &Password, attributes: &UserAttributes<'_>) -> Vec<Weakness>;

    /// Verifies the caller's current password. Call this and the following methods outside a transaction, because they
    /// hash.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::Throttled`]; [`Error::Busy`].
    async fn confirm(
        &self,
        work: &mut Work,
        account: &Account,
        current: &Password,
        address: IpAddr,
    ) -> Result<()>;

    /// Changes the caller's password. Deletes pending one-time tokens. Under [`SessionPolicy::Strict`] revokes every
    /// session except the caller's.
    ///
    /// # Errors
    /// As [`Passwords::confirm`], then [`Error::WeakPassword`].
    async fn change(
        &self,
        work: &mut Work,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()>;

    /// Sets or removes an account's password, for operators. Revokes its sessions as [`Passwords::change`] does.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Busy`].
    async fn set(&self, work: &mut Work, id: AccountId, password: Option<&Password>) -> Result<()>;
}

/// [`Passwords`] stored in the database.
pub struct StoredPasswords {
    hasher: Hasher,
    attempts: LoginAttempts,
    passwords: Policy,
    policy: SessionPolicy,
    clock: Arc<dyn Clock>,
}

/// Attempts at a change whose verification was invalidated by a concurrent rehash of the same password at a login. If
/// the password itself was changed, the next attempt fails.
const MAX_TRIES: u32 = 3;

impl StoredPasswords {
    /// Creates the service with these policies.
    pub fn new(
        hasher: Hasher,
        attempts: LoginAttempts,
        (passwords, policy): (Policy, SessionPolicy),
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { hasher, attempts, passwords, policy, clock }
    }

    /// Verifies the account's password. Returns its hash if it matches.
    async fn verify_current(
        &self,
        work: &mut Work,
        account: &Account,
        current: &Password,
        address: IpAddr,
    ) -> Result<String> {
        let stored = accounts::password_hash(work, account.id).await?;
        let attempt = self.attempts.record(&Target::Account(account.id), address)?;
        let stored = stored.flatten();
        match (self.hasher.verify(current, stored.as_deref()).await, stored) {
            (Ok(outcome), Some(stored)) if outcome.matches => {
                self.attempts.discard(attempt);
                Ok(stored)
            }
            (Ok(_), _) => Err(Error::WrongPassword),
            (Err(error), _) => {
                // The attempt was not evaluated.
                self.attempts.discard(attempt);
                Err(error.into())
            }
        }
    }

    /// Revokes the access that a change of the password ends, except the session to spare.
    async fn revoke_access(
        &self,
        work: &mut Work,
        id: AccountId,
        except: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<()> {
        one_time::delete_all(work, id).await?;
        if self.policy == SessionPolicy::Strict {
            sessions::revoke_all(work, id, except, now).await?;
        }
        Ok(())
    }

    /// Replaces the caller's password if `verified_hash` is still the stored hash (compare-and-set). Returns false
    /// otherwise.
    async fn replace(
        &self,
        work: &mut Work,
        caller: &Caller,
        verified_hash: &str,
        hash: &str,
    ) -> Result<bool> {
        let (id, now) = (caller.account.id, self.clock.now());
        work.transaction(async |work| {
            if !accounts::replace_password_hash(work, id, verified_hash, hash, now).await? {
                return Ok(false);
            }
            self.revoke_access(work, id, Some(&caller.session), now).await?;
            Ok(true)
        })
        .await
    }

    /// Changes the password after verifying the current one.
    async fn verify_and_change(
        &self,
        work: &mut Work,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()> {
        let mut verified_hash =
            self.verify_current(work, &caller.account, current, address).await?;
        let weaknesses = self.weaknesses(new, &UserAttributes::of(&caller.account));
        if !weaknesses.is_empty() {
            return Err(Error::WeakPassword(weaknesses));
        }
        let hash = self.hasher.hash(new).await?;
        for _ in 1..MAX_TRIES {
            if self.replace(work, caller, &verified_hash, &hash).await? {
                return Ok(());
            }
            verified_hash = self.verify_current(work, &caller.account, current, address).await?;
        }
        if self.replace(work, caller, &verified_hash, &hash).await? {
            Ok(())
        } else {
            Err(Error::WrongPassword)
        }
    }
}

#[async_trait]
impl Passwords for StoredPasswords {
    fn weaknesses(&self, password: &Password, attributes: &UserAttributes<'_>) -> Vec<Weakness> {
        self.passwords.check(password.expose(), attributes)
    }

    async fn confirm(
        &self,
        work: &mut Work,
        account: &Account,
        current: &Password,
        address: IpAddr,
    ) -> Result<()> {
        self.verify_current(work, account, current, address).await.map(drop)
    }

    async fn change(
        &self,
        work: &mut Work,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()> {
        let changing = self.verify_and_change(work, caller, current, new, address);
        let outcome = changing.await;
        audit::record_outcome(work, "password change", caller.account.id, &outcome);
        outcome
    }

    async fn set(&self, work: &mut Work, id: AccountId, password: Option<&Password>) -> Result<()> {
        let hash = match password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        let now = self.clock.now();
        work.transaction(async |work| {
            if !accounts::set_password_hash(work, id, hash.as_deref(), now).await? {
                return Err(Error::NotFound);
            }
            self.revoke_access(work, id, None, now).await
        })
        .await?;
        audit::record(work, "password set", id);
        Ok(())
    }
}

impl<'a> UserAttributes<'a> {
    /// Returns the attributes of an account.
    pub fn of(account: &'a Account) -> Self {
        Self {
            username: account.username.as_str(),
            first_name: &account.first_name,
            last_name: &account.last_name,
            email: account.email.as_ref().map_or("", |email| email.as_str()),
        }
    }
}
