//! `/api/users/register/`: creation of accounts. Source: docs/contract/users.md «Registration».

use loggia_http::error::NON_FIELD;
use loggia_identity::{
    Field, NewAccount, NewUsername, Subject, UniqueValues,
    passwords::{self, Policy, UserAttributes},
};
use loggia_kernel as kernel;

use crate::prelude::*;

/// Creates an account and logs in.
///
/// The password must satisfy the server's password policy and have at least 8 characters, a letter and a digit;
/// `errors.password` lists every violated rule. The username, which other APIs of this server show, is the email
/// address if it is a valid and free username; otherwise it is derived from it.
#[utoipa::path(
    post, path = "/api/users/register/", tag = "users", operation_id = "users_register",
    request_body = Register,
    responses(
        (status = 201, description = "The account and its tokens. `message`: `User registered successfully`", body = SuccessOut<SignedInOut>),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FailedOut,
            example = json!({
                "status": "failed",
                "message": "A user with this email already exists.",
                "errors": { "email": ["A user with this email already exists."] },
            }),
        ),
    ),
)]
pub(super) async fn register(_: Guard<Anyone>, state: State, body: Body) -> Response {
    let new = body.read::<Register>().await?.check(&state).await?;
    let work = &mut state.work();
    let account = state.accounts.register(work, new).await?;
    let tokens = state.sessions.open(work, &account, Subject::Number).await?;
    let reply = SignedInOut::new("User registered successfully", account, tokens);
    Ok(Reply::created(&reply))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct Register {
    /// Unique regardless of case.
    email: Required<Email>,
    /// At least 8 characters, with a letter and a digit. Example: `securepassword123`
    password: Required<Password<{ Policy::MIN_CHARS }>>,
    /// The same password again. Example: `securepassword123`
    confirm_password: Required<Password>,
    /// Example: `My Company`
    company_name: OptionalOrBlank<Text<255>>,
    /// Example: `John`
    first_name: OptionalOrBlank<Text<150>>,
    /// Example: `Doe`
    last_name: OptionalOrBlank<Text<150>>,
}

impl Register {
    /// Reports all invalid fields together; different passwords only if every field is valid.
    async fn check(&self, state: &UsersState) -> Result<NewAccount, Problem> {
        let mut errors = FieldErrors::default();
        let email = self.free_email(state, &mut errors).await?;
        let password = self.password.read(&mut errors);
        let again = self.confirm_password.read(&mut errors);
        let company_name = self.company_name.read_or_empty(&mut errors);
        let first_name = self.first_name.read_or_empty(&mut errors);
        let last_name = self.last_name.read_or_empty(&mut errors);
        if let Some(password) = &password {
            let attributes = UserAttributes {
                username: "",
                first_name: first_name.as_deref().unwrap_or_default(),
                last_name: last_name.as_deref().unwrap_or_default(),
                email: email.as_ref().map_or("", |email| email.as_str()),
            };
            let broken = broken_rules(state, password, &attributes);
            self.password.extend(&mut errors, broken);
        }
        let (Some(email), Some(password), Some(again)) = (email, password, again) else {
            return Err(errors.into());
        };
        if errors.is_empty() && password.expose() != again.expose() {
            errors.add(NON_FIELD, Code::PasswordMismatch);
        }
        Ok(errors.or(NewAccount {
            first_name: first_name.unwrap_or_default(),
            last_name: last_name.unwrap_or_default(),
            company_name: company_name.unwrap_or_default(),
            ..NewAccount::new(NewUsername::FromEmail, Some(email), Some(password))
        })?)
    }

    /// Reads the email address, and reports an address that another account has.
    async fn free_email(
        &self,
        state: &UsersState,
        errors: &mut FieldErrors,
    ) -> Result<Option<kernel::Email>, Problem> {
        let email = self.email.read(errors);
        let unique = UniqueValues { email: email.as_ref(), ..UniqueValues::default() };
        let taken = state.accounts.taken(&mut state.work(), unique).await?;
        if !taken.is_empty() {
            self.email.add(errors, Code::Taken(Field::Email));
        }
        Ok(email)
    }
}

/// Returns the violated rules: those of the policy, then the one that this surface's message names.
/// Source: docs/contract/README.md «Passwords».
fn broken_rules(
    state: &UsersState,
    password: &passwords::Password,
    attributes: &UserAttributes<'_>,
) -> Vec<Code> {
    let weaknesses = state.passwords.weaknesses(password, attributes);
    let mut broken: Vec<Code> = weaknesses.into_iter().map(Code::Weak).collect();
    if !has_letters_and_digits(password.expose()) {
        broken.push(errors::NOT_LETTERS_AND_DIGITS);
    }
    broken
}

/// Returns whether a password satisfies this surface's own rule. Letters and digits of any script count.
fn has_letters_and_digits(password: &str) -> bool {
    password.chars().count() >= Policy::MIN_CHARS
        && password.chars().any(char::is_alphabetic)
        && password.chars().any(char::is_numeric)
}
