//! `/auth/users/` and `/auth/users/{id}/`: accounts, the djoser way.
//!
//! Source: seeds/002 «User Registration»; djoser 2.3.5, `views.py`, `UserViewSet`.

use actix_web::{
    delete, get, patch, post, put,
    web::{Data, Path},
};
use loggia_identity::{
    Account, AccountPatch, Field, NewAccount, NewUsername, Wanted, passwords::Personal,
};
use loggia_kernel::{Change, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{link::account_id, proof::CurrentPassword};
use crate::{
    Services,
    caller::{Caller, Djoser, SignedIn},
    dialect::Drf,
    problem::{Code, FieldErrors, NON_FIELD, Problem},
    wire::{Answer, Body, Input, Read, Reply},
};

/// Creates an account.
///
/// No token is given here: clients log in as a second step. The e-mail may be absent or empty; it is unique without
/// regard to case, the user name letter for letter.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_register",
    request_body = Register,
    responses((status = 201, description = "Created.", body = RegisteredOut)),
    security((), ("bearer" = [])),
)]
#[post("/auth/users/")]
pub(super) async fn register(
    caller: Caller<Djoser>,
    services: Data<Services>,
    body: Body<Drf>,
) -> Answer<Drf> {
    caller.anybody();
    let new = body.read::<Register>().await?.check(&services).await?;
    let account = services.accounts.register(new).await?;
    Ok(Reply::created(&RegisteredOut::from(&account)))
}

/// Lists accounts in the order of their ids.
///
/// Staff sees everybody, anybody else himself alone.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_list",
    responses((status = 200, description = "The accounts.", body = Vec<UserOut>)),
    security(("bearer" = [])),
)]
#[get("/auth/users/")]
pub(super) async fn list(caller: Caller<Djoser>, services: Data<Services>) -> Answer<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let users = if is_staff(&caller.account) {
        everybody(&services).await?
    } else {
        vec![UserOut::from(&caller.account)]
    };
    Ok(Reply::ok(&users))
}

/// Shows an account.
///
/// To those who are not staff nobody exists but themselves.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_retrieve",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    responses(
        (status = 200, description = "The account.", body = UserOut),
        (status = 404, description = "No such account, or not yours.", body = crate::dialect::DetailOut),
    ),
    security(("bearer" = [])),
)]
#[get("/auth/users/{id}/")]
pub(super) async fn retrieve(
    caller: Caller<Djoser>,
    services: Data<Services>,
    id: Path<String>,
) -> Answer<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    let account = visible(&services, caller.account, &id).await?;
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Changes an account's e-mail.
///
/// Nothing else: a user name is changed at `/auth/users/me/`. An e-mail that is not named stays, an empty one is taken
/// away.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_update",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    request_body = Address,
    responses(
        (status = 200, description = "The account as it is now.", body = UserOut),
        (status = 404, description = "No such account, or not yours.", body = crate::dialect::DetailOut),
    ),
    security(("bearer" = [])),
)]
#[put("/auth/users/{id}/")]
pub(super) async fn update(
    caller: Caller<Djoser>,
    services: Data<Services>,
    id: Path<String>,
    body: Body<Drf>,
) -> Answer<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    change_address(&services, caller.account, &id, body).await
}

/// Changes an account's e-mail.
///
/// As PUT.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_partial_update",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    request_body = Address,
    responses(
        (status = 200, description = "The account as it is now.", body = UserOut),
        (status = 404, description = "No such account, or not yours.", body = crate::dialect::DetailOut),
    ),
    security(("bearer" = [])),
)]
#[patch("/auth/users/{id}/")]
pub(super) async fn partial_update(
    caller: Caller<Djoser>,
    services: Data<Services>,
    id: Path<String>,
    body: Body<Drf>,
) -> Answer<Drf> {
    let SignedIn { caller, .. } = caller.required()?;
    change_address(&services, caller.account, &id, body).await
}

/// Deletes an account, with its sessions and tokens.
///
/// The caller's own, or anybody's if he is staff. His own current password is demanded either way.
#[utoipa::path(
    tag = "users",
    operation_id = "djoser_destroy",
    params(("id" = i64, Path, description = "The account's number.", example = 1)),
    request_body = CurrentPassword,
    responses(
        (status = 204, description = "Deleted."),
        (status = 403, description = "Not yours.", body = crate::dialect::DetailOut),
        (status = 404, description = "No such account.", body = crate::dialect::DetailOut),
    ),
    security(("bearer" = [])),
)]
#[delete("/auth/users/{id}/")]
pub(super) async fn destroy(
    caller: Caller<Djoser>,
    services: Data<Services>,
    id: Path<String>,
    body: Body<Drf>,
) -> Answer<Drf> {
    let SignedIn { caller, address } = caller.required()?;
    // Whether there is such an account is nobody's business who could not delete it.
    if !is_staff(&caller.account) && account_id(&id) != Some(caller.account.id) {
        return Err(Problem::Forbidden.into());
    }
    let doomed = visible(&services, caller.account.clone(), &id).await?;
    let current = body.read::<CurrentPassword>().await?.check()?;
    services
        .passwords
        .confirm(&caller.account, &current, address)
        .await?;
    services.accounts.delete(doomed.id).await?;
    Ok(Reply::no_content())
}

fn is_staff(account: &Account) -> bool {
    account.is_staff || account.is_superuser
}

/// Every account. The list is bare, without pages (contract/drf.md 1.5), but it is read in pages.
async fn everybody(services: &Services) -> Result<Vec<UserOut>, Problem> {
    let mut users = Vec::new();
    loop {
        let offset = u64::try_from(users.len()).unwrap_or(u64::MAX);
        let request = PageRequest::new(PageRequest::MAX_LIMIT, offset);
        let page = services.accounts.list(request).await?;
        let is_last = page.items.len() < PageRequest::MAX_LIMIT as usize;
        users.extend(page.items.iter().map(UserOut::from));
        if is_last {
            return Ok(users);
        }
    }
}

/// The account that a path names, if the caller may see it: himself, or anybody if he is staff.
async fn visible(services: &Services, caller: Account, id: &str) -> Result<Account, Problem> {
    match account_id(id) {
        Some(id) if id == caller.id => Ok(caller),
        Some(id) if is_staff(&caller) => Ok(services.accounts.by_id(id).await?),
        _ => Err(Problem::NotFound),
    }
}

async fn change_address(
    services: &Services,
    caller: Account,
    id: &str,
    body: Body<Drf>,
) -> Answer<Drf> {
    let account = visible(services, caller, id).await?;
    let patch = body
        .read::<Address>()
        .await?
        .check(services, &account)
        .await?;
    let account = services.accounts.update(account.id, patch).await?;
    Ok(Reply::ok(&UserOut::from(&account)))
}

/// Adds to the faults what another account holds, as DRF's unique validators do beside all other checks.
pub(super) async fn report_taken(
    services: &Services,
    faults: &mut FieldErrors,
    wanted: Wanted<'_>,
    username_field: &str,
) -> Result<(), Problem> {
    let taken = services.accounts.taken(wanted).await?;
    for (field, name) in [(Field::Email, "email"), (Field::Username, username_field)] {
        if taken.contains(&field) {
            faults.add(name, Code::Taken(field));
        }
    }
    Ok(())
}

/// What makes an account.
#[derive(Deserialize, ToSchema)]
struct Register {
    /// At most 150 letters and digits of any script and `@ . + - _`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "example_user", min_length = 1, max_length = 150)]
    username: Input,
    /// May be absent or empty.
    #[serde(default)]
    #[schema(value_type = String, example = "example@example.com", max_length = 254)]
    email: Input,
    /// Django's four rules: not like the other fields, at least 8 characters, not common, not digits only.
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    password: Input,
    /// The same again.
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, example = "example_password", min_length = 1)]
    re_password: Input,
}

impl Register {
    /// All fields first, then the password's strength, then whether both are the same. Source: contract/drf.md 4.
    async fn check(self, services: &Services) -> Result<NewAccount, Problem> {
        let mut faults = FieldErrors::default();
        let email = match Read::OPTIONAL_OR_BLANK.email(&mut faults, "email", &self.email) {
            Change::Set(email) => Some(email),
            Change::Keep | Change::Clear => None,
        };
        let username = Read::REQUIRED.username(&mut faults, "username", &self.username);
        let wanted = Wanted {
            username: username.as_ref(),
            email: email.as_ref(),
            except: None,
        };
        report_taken(services, &mut faults, wanted, "username").await?;
        let password = Read::REQUIRED.password(&mut faults, "password", &self.password);
        let again = Read::REQUIRED.password(&mut faults, "re_password", &self.re_password);
        let (true, Some(username), Some(password), Some(again)) =
            (faults.is_empty(), username, password, again)
        else {
            return Err(faults.into());
        };

        let personal = Personal {
            username: username.as_str(),
            email: email.as_ref().map_or("", |email| email.as_str()),
            ..Personal::default()
        };
        let weaknesses = services.passwords.weaknesses(&password, &personal);
        faults.extend("password", weaknesses.into_iter().map(Code::Weak));
        if faults.is_empty() && password.expose() != again.expose() {
            faults.add(NON_FIELD, Code::PasswordMismatch);
        }
        let username = NewUsername::Given(username);
        Ok(faults.or(NewAccount::new(username, email, Some(password)))?)
    }
}

/// What changes of an account by its number.
#[derive(Deserialize, ToSchema)]
struct Address {
    /// Absent: it stays. Empty: it is taken away.
    #[serde(default)]
    #[schema(value_type = String, example = "new_email@example.com", max_length = 254)]
    email: Input,
}

impl Address {
    async fn check(self, services: &Services, account: &Account) -> Result<AccountPatch, Problem> {
        let mut faults = FieldErrors::default();
        let email = Read::OPTIONAL_OR_BLANK.email(&mut faults, "email", &self.email);
        if let Change::Set(email) = &email {
            let wanted = Wanted {
                email: Some(email),
                except: Some(account.id),
                ..Wanted::default()
            };
            report_taken(services, &mut faults, wanted, "username").await?;
        }
        Ok(faults.or(AccountPatch {
            email,
            ..AccountPatch::default()
        })?)
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct UserOut {
    /// Empty if there is none.
    #[schema(example = "example@example.com")]
    email: String,
    /// Its number.
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "example_user")]
    username: String,
}

impl From<&Account> for UserOut {
    fn from(account: &Account) -> Self {
        Self {
            email: shown_email(account),
            id: account.id.get(),
            username: account.username.to_string(),
        }
    }
}

/// An account that was just made: the same, in djoser's other order.
#[derive(Serialize, ToSchema)]
struct RegisteredOut {
    /// Empty if there is none.
    #[schema(example = "example@example.com")]
    email: String,
    #[schema(example = "example_user")]
    username: String,
    /// Its number.
    #[schema(example = 1)]
    id: i64,
}

impl From<&Account> for RegisteredOut {
    fn from(account: &Account) -> Self {
        Self {
            email: shown_email(account),
            username: account.username.to_string(),
            id: account.id.get(),
        }
    }
}

fn shown_email(account: &Account) -> String {
    account
        .email
        .as_ref()
        .map(|email| email.as_str().to_owned())
        .unwrap_or_default()
}
