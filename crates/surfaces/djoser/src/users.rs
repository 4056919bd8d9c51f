//! `/auth/users/`: accounts.
//!
//! Source: docs/contract/djoser.md «Users»; djoser 2.3.5, `serializers.py`, `UserCreatePasswordRetypeSerializer`.

use loggia_identity::{
    Account, Field, NewAccount, NewUsername, UniqueValues, passwords::UserAttributes,
};

use crate::prelude::*;

/// Creates an account.
///
/// No token is issued; log in as a second step. The email address may be absent or empty. It is unique regardless of
/// case, while usernames are compared case-sensitively.
#[utoipa::path(
    post, path = "/auth/users/", tag = "users", operation_id = "djoser_register", request_body = Register,
    responses((status = 201, description = "The new account.", body = RegisteredOut)),
)]
pub(super) async fn register(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let new = body.read::<Register>().await?.check(&state).await?;
    let account = state.accounts.register(&mut state.work(), new).await?;
    Ok(Reply::created(&RegisteredOut::from(&account)))
}

/// Lists accounts, ordered by id.
///
/// Staff see all accounts, other callers only their own.
#[utoipa::path(
    get, path = "/auth/users/", tag = "users", operation_id = "djoser_list",
    responses((status = 200, description = "The accounts.", body = Vec<UserOut>)),
)]
pub(super) async fn list(guard: Guard<Authenticated>, state: State) -> Response {
    let account = &guard.caller.account;
    let users =
        if is_staff(account) { all_users(&state).await? } else { vec![UserOut::from(account)] };
    Ok(Reply::ok(&users))
}

/// Returns whether an account may see and change others.
pub(super) fn is_staff(account: &Account) -> bool {
    account.is_staff || account.is_superuser
}

/// Returns all accounts. The response has no pages (docs/contract/drf.md «Lists»), but the accounts are read in pages,
/// so that no connection is in use, and no other request of this worker waits, for longer than one page takes.
async fn all_users(state: &DjoserState) -> Result<Vec<UserOut>, Problem> {
    let mut users = Vec::new();
    let mut last = None;
    loop {
        let page = state.accounts.list_after(&mut state.work(), last).await?;
        let Some(account) = page.last() else {
            return Ok(users);
        };
        last = Some(account.id);
        users.extend(page.iter().map(UserOut::from));
    }
}

/// Reports the values that other accounts already have, as DRF's unique validators do beside all other checks.
pub(super) async fn report_taken(
    state: &DjoserState,
    errors: &mut FieldErrors,
    unique: UniqueValues<'_>,
    username_field: &str,
) -> Result<(), Problem> {
    let taken = state.accounts.taken(&mut state.work(), unique).await?;
    for (field, name) in [(Field::Email, "email"), (Field::Username, username_field)] {
        if taken.contains(&field) {
            errors.add(name, Code::Taken(field));
        }
    }
    Ok(())
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct Register {
    /// At most 150 characters: letters and digits of any script, and `@ . + - _`.
    username: Required<Username>,
    /// An address, or empty for none. Example: `example@example.com`
    email: OptionalOrBlank<Email>,
    /// Checked by Django's four password validators: not similar to the other fields, at least 8 characters, not common, not
    /// entirely numeric.
    password: Required<Password>,
    /// The same password again.
    re_password: Required<Password>,
}

impl Register {
    /// Reads all fields first, then checks the password's strength, then that both passwords are equal.
    /// Source: docs/contract/djoser.md «Users».
    async fn check(self, state: &DjoserState) -> Result<NewAccount, Problem> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors).into_column().flatten();
        let username = self.username.read(&mut errors);
        let unique =
            UniqueValues { username: username.as_ref(), email: email.as_ref(), except: None };
        report_taken(state, &mut errors, unique, self.username.name()).await?;
        let password = self.password.read(&mut errors);
        let again = self.re_password.read(&mut errors);
        let (true, Some(username), Some(password), Some(again)) =
            (errors.is_empty(), username, password, again)
        else {
            return Err(errors.into());
        };

        let personal = UserAttributes {
            username: username.as_str(),
            email: email.as_ref().map_or("", |email| email.as_str()),
            ..UserAttributes::default()
        };
        let weaknesses = state.passwords.weaknesses(&password, &personal);
        self.password.extend(&mut errors, weaknesses.into_iter().map(Code::Weak));
        if errors.is_empty() && password.expose() != again.expose() {
            errors.add(NON_FIELD, Code::PasswordMismatch);
        }
        let username = NewUsername::Given(username);
        Ok(errors.or(NewAccount::new(username, email, Some(password)))?)
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct UserOut {
    /// Empty if the account has no email address.
    #[schema(example = "example@example.com")]
    email: String,
    /// The account's id.
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

/// A new account.
#[derive(Serialize, ToSchema)]
struct RegisteredOut {
    /// Empty if the account has no email address.
    #[schema(example = "example@example.com")]
    email: String,
    #[schema(example = "example_user")]
    username: String,
    /// The account's id.
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
    account.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default()
}
