//! Creating, changing and deleting other accounts: shared by `/api/users/` and `/api/auth/admin/users/`.

use loggia_identity::{
    Account, AccountPatch, ManagedAccountPatch, NewManagedAccount, NewUsername, UniqueValues,
    passwords::{Password, UserAttributes},
};
use loggia_kernel::{AccountId, Change, Email, Username, list::folded};
use loggia_rbac::{Error as RbacError, RoleId};
use serde::Deserialize;

use super::{
    authority::{Right, hold},
    profile::{NAME_MAX, PHONE_MAX, add_taken},
};
use crate::ApiState;
use loggia_http::{
    auth::{SignedIn, actor},
    error::{Code, FieldErrors, Problem, Refusal},
    request::{Input, Read},
};

/// The body of a request that creates or changes an account. The documents show the schema of each path instead.
#[derive(Deserialize)]
pub(super) struct Person {
    #[serde(default)]
    email: Input,
    #[serde(default)]
    username: Input,
    #[serde(default)]
    password: Input,
    #[serde(default)]
    first_name: Input,
    #[serde(default)]
    last_name: Input,
    #[serde(default)]
    phone_number: Input,
    #[serde(default)]
    is_active: Input,
    #[serde(default)]
    role: Input,
}

/// How each field is read: required or optional.
#[derive(Clone, Copy)]
pub(super) struct Demands {
    pub(super) email: Read,
    pub(super) username: Read,
    pub(super) password: Read,
}

/// The valid fields of a [`Person`].
pub(super) struct Checked {
    email: Option<Email>,
    username: Option<Username>,
    password: Option<Password>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone_number: Option<String>,
    is_active: Option<bool>,
    role: Option<GivenRole>,
}

/// A value of an account's field `role`.
pub(super) struct GivenRole {
    /// The name that the account shows.
    name: String,
    /// The role that is assigned with it; `None` for [`Account::USER`].
    role: Option<RoleId>,
}

impl Person {
    /// Removes the field `role`, which some paths ignore.
    pub(super) fn without_role(self) -> Self {
        Self {
            role: Input::Absent,
            ..self
        }
    }

    /// Validates the fields and reports all invalid ones together. The password's strength is checked only if every
    /// field is valid. `before` is the account to change.
    pub(super) async fn check(
        self,
        state: &ApiState,
        demands: Demands,
        before: Option<&Account>,
    ) -> Result<Checked, Problem> {
        let mut faults = FieldErrors::default();
        let email = match demands.email.email(&mut faults, "email", &self.email) {
            Change::Set(email) => Some(email),
            Change::Keep | Change::Clear => None,
        };
        let username = demands
            .username
            .username(&mut faults, "username", &self.username);
        let password = demands
            .password
            .password(&mut faults, "password", &self.password);
        let mut text = |name: &str, max: usize, input: &Input| {
            let read = Read::OPTIONAL_OR_BLANK.max(max);
            read.text(&mut faults, name, input)
        };
        let first_name = text("first_name", NAME_MAX, &self.first_name);
        let last_name = text("last_name", NAME_MAX, &self.last_name);
        let phone_number = text("phone_number", PHONE_MAX, &self.phone_number);
        let role = GivenRole::check(state, &mut faults, Read::OPTIONAL, &self.role).await?;
        let is_active = Read::OPTIONAL.boolean(&mut faults, "is_active", &self.is_active);
        let wanted = UniqueValues {
            username: username.as_ref(),
            email: email.as_ref(),
            except: before.map(|account| account.id),
        };
        add_taken(state, &mut faults, wanted).await?;
        let checked = Checked {
            email,
            username,
            password,
            first_name,
            last_name,
            phone_number,
            is_active,
            role,
        };
        if faults.is_empty() {
            checked.judge_password(state, &mut faults, before);
        }
        Ok(faults.or(checked)?)
    }
}

impl Checked {
    /// Checks the password's strength against the account as it will be.
    fn judge_password(&self, state: &ApiState, faults: &mut FieldErrors, before: Option<&Account>) {
        let Some(password) = &self.password else {
            return;
        };
        let known = before.map(UserAttributes::of).unwrap_or_default();
        let personal = UserAttributes {
            username: self
                .username
                .as_ref()
                .map_or(known.username, Username::as_str),
            first_name: self.first_name.as_deref().unwrap_or(known.first_name),
            last_name: self.last_name.as_deref().unwrap_or(known.last_name),
            email: self.email.as_ref().map_or(known.email, Email::as_str),
        };
        let weaknesses = state.passwords.weaknesses(password, &personal);
        faults.extend("password", weaknesses.into_iter().map(Code::Weak));
    }

    /// Creates the account and assigns its role.
    ///
    /// # Errors
    ///
    /// [`Problem::Forbidden`] for a role with a permission that the caller does not have; [`Problem::Invalid`] for a
    /// value that was taken by another account after validation.
    pub(super) async fn create(
        self,
        state: &ApiState,
        right: Right,
        caller: &SignedIn,
    ) -> Result<Account, Problem> {
        let Some(email) = self.email else {
            return Err(Problem::field("email", Code::Required));
        };
        let Some(password) = &self.password else {
            return Err(Problem::field("password", Code::Required));
        };
        let role = self.role.unwrap_or_else(GivenRole::none);
        let new = NewManagedAccount {
            username: self
                .username
                .map_or(NewUsername::FromEmail, NewUsername::Given),
            email,
            password: state.people.hash(password).await?,
            first_name: self.first_name.unwrap_or_default(),
            last_name: self.last_name.unwrap_or_default(),
            phone_number: self.phone_number.unwrap_or_default(),
            role: role.name.clone(),
            is_active: self.is_active.unwrap_or(true),
        };
        let by = &caller.caller;
        state
            .db
            .atomically(async {
                let held = hold(state, right, caller, by.account.id).await?;
                let role = role.still(state).await?;
                let account = state.people.create(&mut state.work(), by, new).await?;
                if let Some(role) = role.role {
                    let actor = actor(&held.actor);
                    state
                        .assignments
                        .ensure_assigned(&mut state.work(), actor, account.id, role)
                        .await?;
                }
                Ok(account)
            })
            .await
    }

    /// Changes the account and the assignments that follow from its role.
    ///
    /// # Errors
    ///
    /// Those of [`Checked::create`]; [`Refusal::Oneself`], [`Refusal::LastSuperuser`].
    pub(super) async fn change(
        self,
        state: &ApiState,
        right: Right,
        caller: &SignedIn,
        id: AccountId,
    ) -> Result<Account, Problem> {
        let password = match &self.password {
            Some(password) => Some(state.people.hash(password).await?),
            None => None,
        };
        let patch = ManagedAccountPatch {
            account: AccountPatch {
                username: self.username,
                email: self.email.map_or(Change::Keep, Change::Set),
                first_name: self.first_name,
                last_name: self.last_name,
                phone_number: self.phone_number,
                ..AccountPatch::default()
            },
            password,
            role: None,
            is_active: self.is_active,
        };
        change(state, right, caller, id, (patch, self.role)).await
    }
}

/// Changes an account's role and nothing else.
///
/// # Errors
///
/// Those of [`Checked::change`].
pub(super) async fn change_role(
    state: &ApiState,
    caller: &SignedIn,
    id: AccountId,
    role: GivenRole,
) -> Result<Account, Problem> {
    let patch = ManagedAccountPatch::default();
    change(state, Right::Admin, caller, id, (patch, Some(role))).await
}

/// Deletes an account.
///
/// # Errors
///
/// [`Problem::Forbidden`] for an account that has a permission the caller does not have; [`Refusal::Oneself`],
/// [`Refusal::LastSuperuser`].
pub(super) async fn delete(
    state: &ApiState,
    right: Right,
    caller: &SignedIn,
    id: AccountId,
) -> Result<(), Problem> {
    state
        .db
        .atomically(async {
            hold(state, right, caller, id).await?;
            Ok(state
                .people
                .delete(&mut state.work(), &caller.caller, id)
                .await?)
        })
        .await
}

async fn change(
    state: &ApiState,
    right: Right,
    caller: &SignedIn,
    id: AccountId,
    (mut patch, role): (ManagedAccountPatch, Option<GivenRole>),
) -> Result<Account, Problem> {
    state
        .db
        .atomically(async {
            let held = hold(state, right, caller, id).await?;
            if let Some(role) = role.filter(|role| role.name != held.target.role) {
                if held.actor.id == id {
                    return Err(Refusal::Oneself.into());
                }
                let role = role.still(state).await?;
                let actor = actor(&held.actor);
                let old = GivenRole::named(state, &held.target.role).await?;
                if let Some(old) = old.and_then(|old| old.role) {
                    state
                        .assignments
                        .ensure_unassigned(&mut state.work(), actor, id, old)
                        .await?;
                }
                if let Some(new) = role.role {
                    state
                        .assignments
                        .ensure_assigned(&mut state.work(), actor, id, new)
                        .await?;
                }
                patch.role = Some(role.name);
            }
            Ok(state
                .people
                .update(&mut state.work(), &caller.caller, id, patch)
                .await?)
        })
        .await
}

impl GivenRole {
    /// The role of an account that has no other.
    fn none() -> Self {
        Self {
            name: Account::USER.to_owned(),
            role: None,
        }
    }

    /// Returns the role with this name, regardless of case. The words `user` and `admin` take precedence over roles of
    /// these names. Source: docs/contract/api.md «Roles of accounts».
    async fn named(state: &ApiState, name: &str) -> Result<Option<Self>, Problem> {
        if folded(name) == Account::USER {
            return Ok(Some(Self::none()));
        }
        match state.roles.by_name(&mut state.work(), name).await {
            Ok(role) => Ok(Some(Self {
                name: if role.is_built_in {
                    Account::ADMIN.to_owned()
                } else {
                    role.name
                },
                role: Some(role.id),
            })),
            Err(RbacError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Looks the role up again, in the transaction of the change, because it may have been renamed or deleted.
    ///
    /// # Errors
    ///
    /// [`Code::NotAChoice`] at `role`.
    async fn still(self, state: &ApiState) -> Result<Self, Problem> {
        match Self::named(state, &self.name).await? {
            Some(now) if now.name == self.name && now.role == self.role => Ok(now),
            _ => Err(Problem::field("role", Code::NotAChoice(self.name))),
        }
    }

    /// Reads the name of an existing role.
    pub(super) async fn check(
        state: &ApiState,
        faults: &mut FieldErrors,
        read: Read,
        input: &Input,
    ) -> Result<Option<Self>, Problem> {
        let Some(name) = read.choice(faults, "role", input) else {
            return Ok(None);
        };
        let role = Self::named(state, &name).await?;
        if role.is_none() {
            faults.add("role", Code::NotAChoice(name));
        }
        Ok(role)
    }
}
