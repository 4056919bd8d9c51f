//! An account's password: judging, changing and setting it.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use loggia_db::Db;
use loggia_kernel::{AccountId, Clock, SessionId, Timestamp};

use super::{Hasher, Password, Personal, Policy, Weakness};
use crate::{
    Account, Caller, Error, Guesses, Result, SessionPolicy,
    accounts::{service::finish, store as accounts},
    guesses::Target,
    one_time::store as one_time,
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

    async fn store(
        &self,
        id: AccountId,
        hash: Option<&str>,
        spare: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let outcome = async {
            if !accounts::set_password_hash(&mut tx, id, hash, now).await? {
                return Err(Error::NotFound);
            }
            one_time::delete_of(&mut tx, id).await?;
            if self.policy == SessionPolicy::Strict {
                sessions::revoke_all(&mut tx, id, spare, now).await?;
            }
            Ok(())
        }
        .await;
        finish(tx, outcome).await
    }
}

#[async_trait]
impl Passwords for StoredPasswords {
    fn weaknesses(&self, password: &Password, personal: &Personal<'_>) -> Vec<Weakness> {
        self.passwords.check(password.expose(), personal)
    }

    async fn confirm(&self, account: &Account, current: &Password, address: IpAddr) -> Result<()> {
        let stored = {
            let mut conn = self.db.read().await?;
            accounts::password_hash(&mut conn, account.id).await?
        };
        let guess = self.guesses.count(&Target::Account(account.id), address)?;
        let stored = stored.flatten();
        let outcome = self.hasher.verify(current, stored.as_deref()).await?;
        if !outcome.matches {
            return Err(Error::WrongPassword);
        }
        self.guesses.give_back(guess);
        Ok(())
    }

    async fn change(
        &self,
        caller: &Caller,
        current: &Password,
        new: &Password,
        address: IpAddr,
    ) -> Result<()> {
        self.confirm(&caller.account, current, address).await?;
        let weaknesses = self.weaknesses(new, &Personal::of(&caller.account));
        if !weaknesses.is_empty() {
            return Err(Error::Weak(weaknesses));
        }
        let hash = self.hasher.hash(new).await?;
        let now = self.clock.now();
        self.store(caller.account.id, Some(&hash), Some(&caller.session), now)
            .await
    }

    async fn set(&self, id: AccountId, password: Option<&Password>) -> Result<()> {
        let hash = match password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        self.store(id, hash.as_deref(), None, self.clock.now())
            .await
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
