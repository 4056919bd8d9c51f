//! An account's password: judging, changing and setting it.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use loggia_db::{Db, Tx};
use loggia_kernel::{AccountId, Clock, SessionId, Timestamp};

use super::{Hasher, Password, Personal, Policy, Weakness};
use crate::{
    Account, Caller, Error, Guesses, Result, SessionPolicy,
    accounts::{service::finish, store as accounts},
    guesses::Target,
    one_time::store as one_time,
    security,
    sessions::store as sessions,
};

/// An account's password: judging, changing and setting it. Object-safe: share it as `Arc<dyn Passwords>`.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Every rule of the policy that a password breaks, in Django's order.
    fn weaknesses(&self, password: &Password, personal: &Personal<'_>) -> Vec<Weakness>;

    /// Makes sure that the caller knows his own password.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::Throttled`]; [`Error::Busy`].
    async fn confirm(&self, account: &Account, current: &Password, address: IpAddr) -> Result<()>;

    /// Changes the caller's password. Pending one-time tokens die; under [`SessionPolicy::Strict`] every session but the
    /// caller's ends.
    ///
    /// # Errors
    /// As [`Passwords::confirm`], then [`Error::Weak`].
    async fn change(
        &self,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()>;

    /// Sets an account's password, or takes it away, as an operator may. Its sessions end as after
    /// [`Passwords::change`].
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Busy`].
    async fn set(&self, id: AccountId, password: Option<&Password>) -> Result<()>;
}

/// [`Passwords`] kept in the project's database.
pub struct StoredPasswords {
    db: Db,
    hasher: Hasher,
    guesses: Guesses,
    passwords: Policy,
    policy: SessionPolicy,
    clock: Arc<dyn Clock>,
}

/// How often a change is tried whose proof was overtaken: by a better hash of the same password, made by a log-in at the
/// same moment. Where the password itself was changed, so that the old one no longer proves anything, the next try refuses.
const MAX_TRIES: u32 = 3;

impl StoredPasswords {
    /// Passwords in this database, held to these rules.
    pub fn new(
        db: Db,
        hasher: Hasher,
        guesses: Guesses,
        (passwords, policy): (Policy, SessionPolicy),
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            db,
            hasher,
            guesses,
            passwords,
            policy,
            clock,
        }
    }

    /// Tells whether this is the account's password, and if so the hash that says it.
    async fn prove(
        &self,
        account: &Account,
        current: &Password,
        address: IpAddr,
    ) -> Result<String> {
        let stored = {
            let mut conn = self.db.read().await?;
            accounts::password_hash(&mut conn, account.id).await?
        };
        let guess = self.guesses.count(&Target::Account(account.id), address)?;
        let stored = stored.flatten();
        match (self.hasher.verify(current, stored.as_deref()).await, stored) {
            (Ok(outcome), Some(stored)) if outcome.matches => {
                self.guesses.give_back(guess);
                Ok(stored)
            }
            (Ok(_), _) => Err(Error::WrongPassword),
            (Err(error), _) => {
                // Nothing was learnt from it.
                self.guesses.give_back(guess);
                Err(error.into())
            }
        }
    }

    /// Lets die what a password's change ends, but for the session to spare.
    async fn end(
        &self,
        tx: &mut Tx,
        id: AccountId,
        spare: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<()> {
        one_time::delete_of(tx, id).await?;
        if self.policy == SessionPolicy::Strict {
            sessions::revoke_all(tx, id, spare, now).await?;
        }
        Ok(())
    }

    /// Sets the caller's password if `proven` is still the hash of his old one; false if it is not.
    async fn replace(&self, caller: &Caller, proven: &str, hash: &str) -> Result<bool> {
        let (id, now) = (caller.account.id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let outcome = async {
            if !accounts::replace_password_hash(&mut tx, id, proven, hash, now).await? {
                return Ok(false);
            }
            self.end(&mut tx, id, Some(&caller.session), now).await?;
            Ok(true)
        }
        .await;
        finish(tx, outcome).await
    }

    /// Changes the password once the caller has proven that he knows the old one.
    async fn change_proven(
        &self,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()> {
        let mut proven = self.prove(&caller.account, current, address).await?;
        let weaknesses = self.weaknesses(new, &Personal::of(&caller.account));
        if !weaknesses.is_empty() {
            return Err(Error::Weak(weaknesses));
        }
        let hash = self.hasher.hash(new).await?;
        for _ in 1..MAX_TRIES {
            if self.replace(caller, &proven, &hash).await? {
                return Ok(());
            }
            proven = self.prove(&caller.account, current, address).await?;
        }
        if self.replace(caller, &proven, &hash).await? {
            Ok(())
        } else {
            Err(Error::WrongPassword)
        }
    }
}

#[async_trait]
impl Passwords for StoredPasswords {
    fn weaknesses(&self, password: &Password, personal: &Personal<'_>) -> Vec<Weakness> {
        self.passwords.check(password.expose(), personal)
    }

    async fn confirm(&self, account: &Account, current: &Password, address: IpAddr) -> Result<()> {
        self.prove(account, current, address).await.map(drop)
    }

    async fn change(
        &self,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()> {
        let outcome = self.change_proven(caller, current, new, address).await;
        let id = caller.account.id;
        security::told("password change", Some(id), &outcome, |()| id);
        outcome
    }

    async fn set(&self, id: AccountId, password: Option<&Password>) -> Result<()> {
        let hash = match password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let outcome = async {
            if !accounts::set_password_hash(&mut tx, id, hash.as_deref(), now).await? {
                return Err(Error::NotFound);
            }
            self.end(&mut tx, id, None, now).await
        }
        .await;
        finish(tx, outcome).await?;
        security::happened("password set", id);
        Ok(())
    }
}

impl<'a> Personal<'a> {
    /// What an account says of itself.
    pub fn of(account: &'a Account) -> Self {
        Self {
            username: account.username.as_str(),
            first_name: &account.first_name,
            last_name: &account.last_name,
            email: account.email.as_ref().map_or("", |email| email.as_str()),
        }
    }
}
