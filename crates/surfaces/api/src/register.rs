//! `/api/auth/register/`: creation of accounts. Source: docs/contract/api.md «Registration», «Shared paths».

use loggia_identity::{
    Account, NewAccount, NewUsername, Subject, TokenPair, UniqueValues, passwords::UserAttributes,
};
use loggia_kernel as kernel;

use super::profile::{NAME_MAX, PHONE_MAX, add_taken, email_text};
use crate::prelude::*;

/// Creates an account and logs in.
///
/// Without a username, the email address becomes the username if it is a valid and free one; otherwise a username is
/// derived from it. Other fields, such as `role`, are ignored.
#[utoipa::path(
    post, path = "/api/auth/register/", tag = "auth", operation_id = "api_register", request_body = Register,
    responses(
        (status = 201, description = "The account and its tokens.", body = RegisteredOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
)]
pub(super) async fn register(_: Guard<OptionalCaller>, state: State, body: Body) -> Response {
    let new = body.read::<Register>().await?.check(&state).await?;
    let work = &mut state.work();
    let account = state.accounts.register(work, new).await?;
    let tokens = state.sessions.open(work, &account, Subject::Number).await?;
    Ok(Reply::created(&RegisteredOut::new(account, tokens)))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct Register {
    /// Unique regardless of case.
    email: Required<Email>,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively. Example: `username`
    username: Optional<Username>,
    /// Example: `SecurePass123!`
    password: Required<Password<8>>,
    /// Example: `John`
    first_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `Doe`
    last_name: OptionalOrBlank<Text<{ NAME_MAX }>>,
    /// Example: `1234567890`
    phone_number: OptionalOrBlank<Text<{ PHONE_MAX }>>,
}

impl Register {
    /// Validates the fields and reports all invalid ones together. The password's strength is checked only if every
    /// field is valid.
    async fn check(&self, state: &ApiState) -> Result<NewAccount, Problem> {
        let mut errors = FieldErrors::default();
        let email = self.email.read(&mut errors);
        let username = self.username.read(&mut errors);
        let password = self.password.read(&mut errors);
        let first_name = self.first_name.read_or_empty(&mut errors);
        let last_name = self.last_name.read_or_empty(&mut errors);
        let phone_number = self.phone_number.read_or_empty(&mut errors);
        let unique =
            UniqueValues { username: username.as_ref(), email: email.as_ref(), except: None };
        add_taken(state, &mut errors, unique).await?;
        let (email, password) = errors.require(email.zip(password))?;
        let (first_name, last_name) =
            (first_name.unwrap_or_default(), last_name.unwrap_or_default());
        let attributes = UserAttributes {
            username: username.as_ref().map_or("", kernel::Username::as_str),
            first_name: &first_name,
            last_name: &last_name,
            email: email.as_str(),
        };
        let mut errors = FieldErrors::default();
        let weaknesses = state.passwords.weaknesses(&password, &attributes);
        self.password.extend(&mut errors, weaknesses.into_iter().map(Code::Weak));
        let username = username.map_or(NewUsername::FromEmail, NewUsername::Given);
        Ok(errors.or(NewAccount {
            first_name,
            last_name,
            phone_number: phone_number.unwrap_or_default(),
            ..NewAccount::new(username, Some(email), Some(password))
        })?)
    }
}

/// The new account and its tokens.
#[derive(Serialize, ToSchema)]
struct RegisteredOut {
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
    user: RegisteredUserOut,
}

/// The new account.
#[derive(Serialize, ToSchema)]
struct RegisteredUserOut {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "user@example.com")]
    email: String,
    #[schema(example = "username")]
    username: String,
    #[schema(example = "John")]
    first_name: String,
    #[schema(example = "Doe")]
    last_name: String,
    #[schema(example = "1234567890")]
    phone_number: String,
    is_active: bool,
}

impl RegisteredOut {
    fn new(account: Account, tokens: TokenPair) -> Self {
        Self {
            access: tokens.access,
            refresh: tokens.refresh,
            user: RegisteredUserOut {
                id: account.id.get(),
                email: email_text(account.email),
                username: account.username.to_string(),
                first_name: account.first_name,
                last_name: account.last_name,
                phone_number: account.phone_number,
                is_active: account.is_active,
            },
        }
    }
}
