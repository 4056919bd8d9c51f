//! `/api/users/register/`: creation of accounts. Source: docs/contract/users.md «Registration».

use actix_web::{post, web::Data};
use loggia_identity::{
    Field, NewAccount, NewUsername, Subject, UniqueValues,
    passwords::{Password, Policy, UserAttributes},
};
use loggia_kernel::Change;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{success::SuccessOut, user::SignedInOut};
use crate::UsersState;
use loggia_http::{
    dialect::{Envelope, FailedOut},
    error::{Code, FieldErrors, NON_FIELD, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Creates an account and logs in.
///
/// The password must satisfy the server's password policy and have at least 8 characters, a letter and a digit;
/// `errors.password` lists every violated rule. The username, which other APIs of this server show, is the email
/// address if it is a valid and free username; otherwise it is derived from it.
#[utoipa::path(
    tag = "users",
    operation_id = "users_register",
    request_body = Register,
    responses(
        (
            status = 201,
            description = "The account and its tokens.",
            body = SuccessOut<SignedInOut>,
            example = json!({
                "status": "success",
                "message": "User registered successfully",
                "data": {
                    "user": {
                        "id": 1,
                        "email": "user@example.com",
                        "first_name": "John",
                        "last_name": "Doe",
                        "company_name": "My Company",
                    },
                    "tokens": {
                        "refresh": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9...",
                        "access": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9...",
                    },
                },
            }),
        ),
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
#[post("/api/users/register/")]
pub(super) async fn register(state: Data<UsersState>, body: Body<Envelope>) -> Response<Envelope> {
    let new = body.read::<Register>().await?.check(&state).await?;
    let mut work = state.work();
    let account = state.accounts.register(&mut work, new).await?;
    let tokens = state
        .sessions
        .open(&mut work, &account, Subject::Number)
        .await?;
    Ok(Reply::created(&SuccessOut::new(
        "User registered successfully",
        SignedInOut::new(account, tokens),
    )))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct Register {
    /// Unique regardless of case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, max_length = 254, example = "user@example.com")]
    email: Input,
    /// At least 8 characters, with a letter and a digit.
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 8, example = "securepassword123")]
    password: Input,
    /// The same password again.
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "securepassword123")]
    confirm_password: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 255, example = "My Company")]
    company_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 150, example = "John")]
    first_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 150, example = "Doe")]
    last_name: Input,
}

/// Limit in characters. Source: docs/contract/users.md «Registration».
const COMPANY_MAX: usize = 255;
/// Limit in characters. Source: docs/contract/drf.md «Fields»; Django 5.2, `AbstractUser`.
const NAME_MAX: usize = 150;

impl Register {
    /// Reports all invalid fields together; different passwords only if every field is valid.
    async fn check(self, state: &UsersState) -> Result<NewAccount, Problem> {
        let mut faults = FieldErrors::default();
        let email = Read::REQUIRED.email(&mut faults, "email", &self.email);
        if let Change::Set(email) = &email {
            let wanted = UniqueValues {
                email: Some(email),
                ..UniqueValues::default()
            };
            if !state
                .accounts
                .taken(&mut state.work(), wanted)
                .await?
                .is_empty()
            {
                faults.add("email", Code::Taken(Field::Email));
            }
        }
        let password = Read::REQUIRED.password(&mut faults, "password", &self.password);
        let again =
            Read::REQUIRED.password(&mut faults, "confirm_password", &self.confirm_password);
        let mut text = |name: &str, max: usize, input: &Input| {
            let read = Read::OPTIONAL_OR_BLANK.max(max);
            read.text(&mut faults, name, input).unwrap_or_default()
        };
        let company_name = text("company_name", COMPANY_MAX, &self.company_name);
        let first_name = text("first_name", NAME_MAX, &self.first_name);
        let last_name = text("last_name", NAME_MAX, &self.last_name);
        if let Some(password) = &password {
            let personal = UserAttributes {
                username: "",
                first_name: &first_name,
                last_name: &last_name,
                email: match &email {
                    Change::Set(email) => email.as_str(),
                    Change::Keep | Change::Clear => "",
                },
            };
            faults.extend("password", broken_rules(state, password, &personal));
        }
        let (Change::Set(email), Some(password), Some(again)) = (email, password, again) else {
            return Err(faults.into());
        };
        if faults.is_empty() && password.expose() != again.expose() {
            faults.add(NON_FIELD, Code::PasswordMismatch);
        }
        let new = NewAccount {
            first_name,
            last_name,
            company_name,
            ..NewAccount::new(NewUsername::FromEmail, Some(email), Some(password))
        };
        Ok(faults.or(new)?)
    }
}

/// Returns the violated rules: those of the policy, then the one that this surface's message names.
/// Source: docs/contract/README.md «Passwords».
fn broken_rules(
    state: &UsersState,
    password: &Password,
    personal: &UserAttributes<'_>,
) -> Vec<Code> {
    let weaknesses = state.passwords.weaknesses(password, personal);
    let mut broken: Vec<Code> = weaknesses.into_iter().map(Code::Weak).collect();
    if !has_letters_and_digits(password.expose()) {
        broken.push(Code::NotLettersAndDigits);
    }
    broken
}

/// Returns whether a password satisfies this surface's own rule. Letters and digits of any script count.
fn has_letters_and_digits(password: &str) -> bool {
    password.chars().count() >= Policy::MIN_CHARS
        && password.chars().any(char::is_alphabetic)
        && password.chars().any(char::is_numeric)
}
