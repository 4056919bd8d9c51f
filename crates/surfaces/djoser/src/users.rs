//! `/auth/users/`: accounts.
//!
//! Source: docs/contract/djoser.md «Users»; djoser 2.3.5, `serializers.py`, `UserCreatePasswordRetypeSerializer`.

use actix_web::web::Data;
use loggia_identity::{
    Account, Field, NewAccount, NewUsername, UniqueValues, passwords::UserAttributes,
};
use loggia_kernel as kernel;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, Schema, SchemaFormat, Type,
        schema::{AnyOfBuilder, ObjectBuilder, SchemaType},
    },
};

use crate::{Djoser, DjoserState};
use loggia_http::{
    auth::{Authenticated, Guard, OptionalCaller},
    dialect::Drf,
    error::{Code, FieldErrors, NON_FIELD, Problem},
    request::{
        Body,
        fields::{Email, OptionalOrBlank, Password, Required, Username},
    },
    response::{Reply, Response},
};

/// Creates an account.
///
/// No token is issued; log in as a second step. The email address may be absent or empty. It is unique regardless of
/// case, while usernames are compared case-sensitively.
#[utoipa::path(
    post,
    path = "/auth/users/",
    tag = "users",
    operation_id = "djoser_register",
    request_body = Register,
    responses((status = 201, description = "The new account.", body = RegisteredOut)),
)]
pub(super) async fn register(
    _: Guard<Djoser, OptionalCaller>,
    state: Data<DjoserState>,
    body: Body<Drf>,
) -> Response<Drf> {
    let new = body.read::<Register>().await?.check(&state).await?;
    let account = state.accounts.register(&mut state.work(), new).await?;
    Ok(Reply::created(&RegisteredOut::from(&account)))
}

/// Lists accounts, ordered by id.
///
/// Staff see all accounts, other callers only their own.
#[utoipa::path(
    get,
    path = "/auth/users/",
    tag = "users",
    operation_id = "djoser_list",
    responses((status = 200, description = "The accounts.", body = Vec<UserOut>)),
)]
pub(super) async fn list(
    guard: Guard<Djoser, Authenticated>,
    state: Data<DjoserState>,
) -> Response<Drf> {
    let account = &guard.caller.account;
    let users = if is_staff(account) {
        everybody(&state).await?
    } else {
        vec![UserOut::from(account)]
    };
    Ok(Reply::ok(&users))
}

/// Returns whether an account may see and change others.
pub(super) fn is_staff(account: &Account) -> bool {
    account.is_staff || account.is_superuser
}

/// Returns all accounts. The response has no pages (docs/contract/drf.md «Lists»), but the accounts are read in pages,
/// so that no connection is in use, and no other request of this worker waits, for longer than one page takes.
async fn everybody(state: &DjoserState) -> Result<Vec<UserOut>, Problem> {
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
    faults: &mut FieldErrors,
    wanted: UniqueValues<'_>,
    username_field: &str,
) -> Result<(), Problem> {
    let taken = state.accounts.taken(&mut state.work(), wanted).await?;
    for (field, name) in [(Field::Email, "email"), (Field::Username, username_field)] {
        if taken.contains(&field) {
            faults.add(name, Code::Taken(field));
        }
    }
    Ok(())
}

/// Returns the schema of an email field that may be empty.
pub(super) fn email_or_empty() -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let address = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .max_length(Some(kernel::Email::MAX_CHARS));
    Schema::AnyOf(
        AnyOfBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("An email address, or empty for none."))
            .item(address)
            .item(text().max_length(Some(0)))
            .examples([json!("example@example.com")])
            .build(),
    )
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
        let wanted = UniqueValues {
            username: username.as_ref(),
            email: email.as_ref(),
            except: None,
        };
        report_taken(state, &mut errors, wanted, self.username.name()).await?;
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
        self.password
            .extend(&mut errors, weaknesses.into_iter().map(Code::Weak));
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
    account
        .email
        .as_ref()
        .map(|email| email.as_str().to_owned())
        .unwrap_or_default()
}
