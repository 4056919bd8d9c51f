//! Creation, change and deletion of other users' accounts, together with the roles that are assigned to them.

use std::sync::Arc;

use loggia_db::Work;
use loggia_identity::{
    self as identity, Account, AccountAdministration, AccountField, AccountPatch, Accounts,
    LockedAccounts, ManagedAccountPatch, NewManagedAccount, NewUsername, passwords::Password,
};
use loggia_kernel::{AccountId, Email, Page, list::ListRequest};
use loggia_rbac::{Assignments, Roles};

use crate::{AccountRole, Authority, Authorization, Result, actor};

/// Administration of accounts: lists, creates, changes and deletes them. Cheap to clone.
///
/// Every change checks the caller's authority again, under lock, in the transaction of the change.
#[derive(Clone)]
pub struct AccountManagement {
    authorization: Authorization,
    accounts: Arc<dyn Accounts>,
    administration: Arc<dyn AccountAdministration>,
    roles: Arc<dyn Roles>,
    assignments: Arc<dyn Assignments>,
}

/// The values of a new account.
#[derive(Clone, Debug)]
pub struct AccountCreation {
    /// The user name.
    pub username: NewUsername,
    /// Email address.
    pub email: Email,
    /// The account's password.
    pub password: Password,
    /// May be empty, like all text below.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Free text.
    pub phone_number: String,
    /// The role, which is assigned to the account.
    pub role: AccountRole,
    /// Whether the account may log in.
    pub is_active: bool,
}

/// A change of an account. Absent fields stay unchanged.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// Changes that the account's user could also make.
    pub account: AccountPatch,
    /// A new password.
    pub password: Option<Password>,
    /// A new role. It is assigned, and the role that belongs to the former value is unassigned.
    pub role: Option<AccountRole>,
    /// Whether the account may log in.
    pub is_active: Option<bool>,
}

impl AccountManagement {
    /// Creates the use cases on these services.
    pub fn new(
        accounts: Arc<dyn Accounts>,
        administration: Arc<dyn AccountAdministration>,
        roles: Arc<dyn Roles>,
        assignments: Arc<dyn Assignments>,
    ) -> Self {
        Self {
            authorization: Authorization::new(
                Arc::clone(&administration),
                Arc::clone(&assignments),
            ),
            accounts,
            administration,
            roles,
            assignments,
        }
    }

    /// Returns the accounts that match the request, ordered by id unless the request states an order.
    ///
    /// # Errors
    /// [`Error::Identity`](crate::Error::Identity).
    pub async fn list(
        &self,
        work: &mut Work,
        request: &ListRequest<AccountField>,
    ) -> Result<Page<Account>> {
        Ok(self.administration.list(work, request).await?)
    }

    /// Returns an account if `actor` has every permission that it has.
    ///
    /// # Errors
    /// [`identity::Error::NotFound`]; [`Error::Forbidden`](crate::Error::Forbidden).
    pub async fn find_changeable(
        &self,
        work: &mut Work,
        actor: &Account,
        id: AccountId,
    ) -> Result<Account> {
        let target = self.accounts.by_id(work, id).await?;
        self.authorization.require_over(work, actor, &target).await?;
        Ok(target)
    }

    /// Finds the role that an account can have by this name, see [`AccountRole::named`].
    ///
    /// # Errors
    /// [`Error::Rbac`](crate::Error::Rbac).
    pub async fn role_named(&self, work: &mut Work, name: &str) -> Result<Option<AccountRole>> {
        AccountRole::named(work, &*self.roles, name).await
    }

    /// Creates an account and assigns its role. Opens no session and sends no email. Hashes the password: call it
    /// outside a transaction.
    ///
    /// # Errors
    /// As [`Authorization::lock`]; [`identity::Error::Taken`]; [`Error::UnknownRole`](crate::Error::UnknownRole);
    /// [`PrivilegeEscalation`](loggia_rbac::Error::PrivilegeEscalation) if the role grants a permission that the caller
    /// does not have. Then no account is created.
    pub async fn create(
        &self,
        work: &mut Work,
        authority: Authority<'_>,
        new: AccountCreation,
    ) -> Result<Account> {
        let AccountCreation { role, .. } = &new;
        let account = NewManagedAccount {
            username: new.username.clone(),
            email: new.email.clone(),
            password: self.administration.hash(&new.password).await?,
            first_name: new.first_name.clone(),
            last_name: new.last_name.clone(),
            phone_number: new.phone_number.clone(),
            role: role.name().to_owned(),
            is_active: new.is_active,
        };
        work.transaction(async |work| {
            let caller = self.authorization.lock_actor(work, authority).await?;
            role.recheck(work, &*self.roles).await?;
            let created =
                self.administration.create(work, authority.caller, account.clone()).await?;
            if let Some(role) = role.role() {
                self.assignments.ensure_assigned(work, caller, created.id, role).await?;
            }
            Ok(created)
        })
        .await
    }

    /// Changes an account and the assignments that follow from its role. Hashes a new password: call it outside a
    /// transaction.
    ///
    /// # Errors
    /// As [`AccountManagement::create`]; [`identity::Error::SelfAction`] if callers change their own role or deactivate
    /// their own account; [`identity::Error::LastSuperuser`]; [`identity::Error::SoleOwner`].
    pub async fn update(
        &self,
        work: &mut Work,
        authority: Authority<'_>,
        id: AccountId,
        change: AccountChange,
    ) -> Result<Account> {
        let password = match &change.password {
            Some(password) => Some(self.administration.hash(password).await?),
            None => None,
        };
        work.transaction(async |work| {
            let locked = self.authorization.lock(work, authority, id).await?;
            let patch = ManagedAccountPatch {
                account: change.account.clone(),
                password: password.clone(),
                role: self.reassign(work, &locked, change.role.as_ref()).await?,
                is_active: change.is_active,
            };
            Ok(self.administration.update(work, authority.caller, id, patch).await?)
        })
        .await
    }

    /// Deactivates an active account, or activates an inactive one.
    ///
    /// # Errors
    /// As [`AccountManagement::update`].
    pub async fn toggle_active(
        &self,
        work: &mut Work,
        authority: Authority<'_>,
        id: AccountId,
    ) -> Result<Account> {
        work.transaction(async |work| {
            self.authorization.lock(work, authority, id).await?;
            let toggled = self.administration.toggle_active(work, authority.caller, id);
            Ok(toggled.await?)
        })
        .await
    }

    /// Deletes an account with everything that belongs to it.
    ///
    /// # Errors
    /// As [`Authorization::lock`]; [`identity::Error::SelfAction`]; [`identity::Error::LastSuperuser`];
    /// [`identity::Error::SoleOwner`].
    pub async fn delete(
        &self,
        work: &mut Work,
        authority: Authority<'_>,
        id: AccountId,
    ) -> Result<()> {
        work.transaction(async |work| {
            self.authorization.lock(work, authority, id).await?;
            Ok(self.administration.delete(work, authority.caller, id).await?)
        })
        .await
    }

    /// Replaces the assignment of a locked account's role by that of `new`. Returns the new value of the account's
    /// field, or `None` if it stays the same.
    async fn reassign(
        &self,
        work: &mut Work,
        locked: &LockedAccounts,
        new: Option<&AccountRole>,
    ) -> Result<Option<String>> {
        let LockedAccounts { actor: caller, target } = locked;
        let Some(new) = new.filter(|new| new.name() != target.role) else {
            return Ok(None);
        };
        if caller.id == target.id {
            return Err(identity::Error::SelfAction.into());
        }
        new.recheck(work, &*self.roles).await?;
        let by = actor(caller);
        let old = AccountRole::named(work, &*self.roles, &target.role).await?;
        if let Some(old) = old.and_then(|old| old.role()) {
            self.assignments.ensure_unassigned(work, by, target.id, old).await?;
        }
        if let Some(role) = new.role() {
            self.assignments.ensure_assigned(work, by, target.id, role).await?;
        }
        Ok(Some(new.name().to_owned()))
    }
}
