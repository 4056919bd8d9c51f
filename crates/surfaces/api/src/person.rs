//! Making and changing the accounts of others: what both of the surface's ways to do so share.

use loggia_identity::{
    Account, AccountPatch, NewPerson, NewUsername, PersonPatch, Wanted,
    passwords::{Password, Personal},
};
use loggia_kernel::{AccountId, Change, Email, Username, listing::folded};
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

/// An account as somebody else wants it to be. The documents show the forms that the paths demand.
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

/// Which fields must be there.
#[derive(Clone, Copy)]
pub(super) struct Demands {
    pub(super) email: Read,
    pub(super) username: Read,
    pub(super) password: Read,
}

/// What came of it, sound in itself.
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

/// A role that an account may have as its own.
pub(super) struct GivenRole {
    /// What the account calls it.
    name: String,
    /// What goes with it; nothing with [`Account::USER`].
    role: Option<RoleId>,
}

impl Person {
    /// Leaves the role to others: it is no field of this path.
    pub(super) fn without_role(self) -> Self {
        Self {
            role: Input::Absent,
            ..self
        }
    }

    /// Names all faulty fields at once; the password is held against the others only when these are sound. `before` is the
    /// account that is changed.
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
        let wanted = Wanted {
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
    /// As it will be when the account is made or changed: what is not named counts as it is.
    fn judge_password(&self, state: &ApiState, faults: &mut FieldErrors, before: Option<&Account>) {
        let Some(password) = &self.password else {
            return;
        };
        let known = before.map(Personal::of).unwrap_or_default();
        let personal = Personal {
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

    /// Makes the account, with the role that it is to have.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for a role that the caller does not hold himself; [`Problem::Invalid`] for what somebody else
    /// has taken meanwhile.
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
        let new = NewPerson {
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
                let account = state.people.create(by, new).await?;
                if let Some(role) = role.role {
                    let actor = actor(&held.actor);
                    state.assignments.give(actor, account.id, role).await?;
                }
                Ok(account)
            })
            .await
    }

    /// Changes the account, and the roles that go with its role.
    ///
    /// # Errors
    /// As [`Checked::create`]; [`Refusal::Oneself`], [`Refusal::LastSuperuser`].
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
        let patch = PersonPatch {
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

/// Gives an account another role, and nothing else.
///
/// # Errors
/// As [`Checked::change`].
pub(super) async fn change_role(
    state: &ApiState,
    caller: &SignedIn,
    id: AccountId,
    role: GivenRole,
) -> Result<Account, Problem> {
    let patch = PersonPatch::default();
    change(state, Right::Admin, caller, id, (patch, Some(role))).await
}

/// Deletes an account.
///
/// # Errors
/// [`Problem::Forbidden`] for an account that holds more than the caller; [`Refusal::Oneself`], [`Refusal::LastSuperuser`].
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
            Ok(state.people.delete(&caller.caller, id).await?)
        })
        .await
}

async fn change(
    state: &ApiState,
    right: Right,
    caller: &SignedIn,
    id: AccountId,
    (mut patch, role): (PersonPatch, Option<GivenRole>),
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
                    state.assignments.take(actor, id, old).await?;
                }
                if let Some(new) = role.role {
                    state.assignments.give(actor, id, new).await?;
                }
                patch.role = Some(role.name);
            }
            Ok(state.people.update(&caller.caller, id, patch).await?)
        })
        .await
}

impl GivenRole {
    /// What an account has that has no other.
    fn none() -> Self {
        Self {
            name: Account::USER.to_owned(),
            role: None,
        }
    }

    /// The role of this name, without regard to case. The words `user` and `admin` come before any role that is called
    /// so. Source: docs/contract/api.md «Roles of accounts».
    async fn named(state: &ApiState, name: &str) -> Result<Option<Self>, Problem> {
        if folded(name) == Account::USER {
            return Ok(Some(Self::none()));
        }
        match state.roles.named(name).await {
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

    /// The same, if nobody renamed or deleted the role meanwhile: else the account would go on to call it what it is not.
    ///
    /// # Errors
    /// [`Code::NotAChoice`] for `role`.
    async fn still(self, state: &ApiState) -> Result<Self, Problem> {
        match Self::named(state, &self.name).await? {
            Some(now) if now.name == self.name && now.role == self.role => Ok(now),
            _ => Err(Problem::field("role", Code::NotAChoice(self.name))),
        }
    }

    /// Reads the name of a role that there is.
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
