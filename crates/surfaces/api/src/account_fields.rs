//! The fields by which administrators create and change accounts: shared by `/api/users/` and
//! `/api/auth/admin/users/`.

use loggia_application::{AccountChange, AccountCreation, AccountRole};
use loggia_identity::{
    Account, AccountPatch, NewUsername, UniqueValues,
    passwords::{Password, UserAttributes},
};
use loggia_kernel::{Change, Email, Username};

use super::profile::add_taken;
use crate::state::ApiState;
use loggia_http::{
    error::{Code, FieldErrors, Problem},
    request::fields::{Choice, Field},
};

/// The values of a request's fields; `None` where a field is absent or invalid.
#[derive(Default)]
pub(super) struct AccountFields {
    pub(super) email: Option<Email>,
    pub(super) username: Option<Username>,
    pub(super) password: Option<Password>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) role: Option<AccountRole>,
    pub(super) is_active: Option<bool>,
}

impl AccountFields {
    /// Validates the fields of a new account. `errors` are those of reading the fields.
    ///
    /// # Errors
    ///
    /// [`Problem::Invalid`] with all invalid fields.
    pub(super) async fn creation(
        self,
        state: &ApiState,
        mut errors: FieldErrors,
    ) -> Result<AccountCreation, Problem> {
        self.check(state, &mut errors, None).await?;
        let (Some(email), Some(password)) = (self.email, self.password) else {
            return Err(errors.into());
        };
        Ok(errors.or(AccountCreation {
            username: self.username.map_or(NewUsername::FromEmail, NewUsername::Given),
            email,
            password,
            first_name: self.first_name.unwrap_or_default(),
            last_name: self.last_name.unwrap_or_default(),
            phone_number: self.phone_number.unwrap_or_default(),
            role: self.role.unwrap_or_else(AccountRole::user),
            is_active: self.is_active.unwrap_or(true),
        })?)
    }

    /// Validates the fields of a change of the account `before`. `errors` are those of reading the fields.
    ///
    /// # Errors
    ///
    /// [`Problem::Invalid`] with all invalid fields.
    pub(super) async fn change(
        self,
        state: &ApiState,
        mut errors: FieldErrors,
        before: &Account,
    ) -> Result<AccountChange, Problem> {
        self.check(state, &mut errors, Some(before)).await?;
        Ok(errors.or(AccountChange {
            account: AccountPatch {
                username: self.username,
                email: self.email.map_or(Change::Keep, Change::Set),
                first_name: self.first_name,
                last_name: self.last_name,
                phone_number: self.phone_number,
                ..AccountPatch::default()
            },
            password: self.password,
            role: self.role,
            is_active: self.is_active,
        })?)
    }

    /// Reports values that other accounts have. The password's strength is checked only if every field is valid.
    async fn check(
        &self,
        state: &ApiState,
        errors: &mut FieldErrors,
        before: Option<&Account>,
    ) -> Result<(), Problem> {
        let values = UniqueValues {
            username: self.username.as_ref(),
            email: self.email.as_ref(),
            except: before.map(|account| account.id),
        };
        add_taken(state, errors, values).await?;
        if errors.is_empty() {
            self.check_password(state, errors, before);
        }
        Ok(())
    }

    /// Checks the password's strength against the account as it will be.
    fn check_password(&self, state: &ApiState, errors: &mut FieldErrors, before: Option<&Account>) {
        let Some(password) = &self.password else {
            return;
        };
        let known = before.map(UserAttributes::of).unwrap_or_default();
        let attributes = UserAttributes {
            username: self.username.as_ref().map_or(known.username, Username::as_str),
            first_name: self.first_name.as_deref().unwrap_or(known.first_name),
            last_name: self.last_name.as_deref().unwrap_or(known.last_name),
            email: self.email.as_ref().map_or(known.email, Email::as_str),
        };
        let weaknesses = state.passwords.weaknesses(password, &attributes);
        errors.extend("password", weaknesses.into_iter().map(Code::Weak));
    }
}

/// Finds the role that a request names, and reports an unknown one.
pub(super) async fn find_role<R>(
    state: &ApiState,
    name: Option<String>,
    field: &Field<R, Choice>,
    errors: &mut FieldErrors,
) -> Result<Option<AccountRole>, Problem> {
    let Some(name) = name else {
        return Ok(None);
    };
    let work = &mut state.work();
    let role = state.account_management.role_named(work, &name).await?;
    if role.is_none() {
        field.add(errors, Code::NotAChoice(name));
    }
    Ok(role)
}
