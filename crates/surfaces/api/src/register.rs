//! `/api/auth/register/`: creation of accounts. Source: docs/contract/api.md «Registration», «Shared paths».

use actix_web::{post, web::Data};
use loggia_identity::{
    Account, NewAccount, NewUsername, Subject, TokenPair, UniqueValues, passwords::UserAttributes,
};
use loggia_kernel::{Change, Email, Username};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::profile::{NAME_MAX, PHONE_MAX, add_taken};
use crate::{Api, ApiState};
use loggia_http::{
    auth::Caller,
    dialect::{Drf, FieldErrorsOut},
    error::{Code, FieldErrors, Problem},
    request::{Body, Input, Read},
    response::{Reply, Response},
};

/// Creates an account and logs in.
///
/// Without a username, the email address becomes the username if it is a valid and free one; otherwise a username is
/// derived from it. Other fields, such as `role`, are ignored.
#[utoipa::path(
    tag = "auth",
    operation_id = "api_register",
    request_body = Register,
    responses(
        (status = 201, description = "The account and its tokens.", body = RegisteredOut),
        (
            status = 400,
            description = "Validation failed. Every invalid field is listed.",
            body = FieldErrorsOut,
            example = json!({ "email": ["user with this email already exists."] }),
        ),
    ),
    security((), ("bearer" = [])),
)]
#[post("/api/auth/register/")]
pub(super) async fn register(
    caller: Caller<Api>,
    state: Data<ApiState>,
    body: Body<Drf>,
) -> Response<Drf> {
    caller.anybody();
    let new = body.read::<Register>().await?.check(&state).await?;
    let mut work = state.work();
    let account = state.accounts.register(&mut work, new).await?;
    let tokens = state
        .sessions
        .open(&mut work, &account, Subject::Number)
        .await?;
    Ok(Reply::created(&RegisteredOut::new(account, tokens)))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct Register {
    /// Unique regardless of case.
    #[serde(default)]
    #[schema(value_type = String, required, format = Email, max_length = 254, example = "user@example.com")]
    email: Input,
    /// Letters and digits of any script, and `@.+-_`; unique, compared case-sensitively.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 150, example = "username")]
    username: Input,
    #[serde(default)]
    #[schema(value_type = String, required, format = Password, min_length = 8, example = "SecurePass123!")]
    password: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 150, example = "John")]
    first_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 150, example = "Doe")]
    last_name: Input,
    #[serde(default)]
    #[schema(value_type = String, max_length = 20, example = "1234567890")]
    phone_number: Input,
}

impl Register {
    /// Validates the fields and reports all invalid ones together. The password's strength is checked only if every
    /// field is valid.
    async fn check(self, state: &ApiState) -> Result<NewAccount, Problem> {
        let mut faults = FieldErrors::default();
        let email = Read::REQUIRED.email(&mut faults, "email", &self.email);
        let username = Read::OPTIONAL.username(&mut faults, "username", &self.username);
        let password = Read::REQUIRED.password(&mut faults, "password", &self.password);
        let mut text = |name: &str, max: usize, input: &Input| {
            let read = Read::OPTIONAL_OR_BLANK.max(max);
            read.text(&mut faults, name, input).unwrap_or_default()
        };
        let first_name = text("first_name", NAME_MAX, &self.first_name);
        let last_name = text("last_name", NAME_MAX, &self.last_name);
        let phone_number = text("phone_number", PHONE_MAX, &self.phone_number);
        let wanted = UniqueValues {
            username: username.as_ref(),
            email: set(&email),
            except: None,
        };
        add_taken(state, &mut faults, wanted).await?;
        let (Change::Set(email), Some(password), true) = (email, password, faults.is_empty())
        else {
            return Err(faults.into());
        };
        let personal = UserAttributes {
            username: username.as_ref().map_or("", Username::as_str),
            first_name: &first_name,
            last_name: &last_name,
            email: email.as_str(),
        };
        let weaknesses = state.passwords.weaknesses(&password, &personal);
        faults.extend("password", weaknesses.into_iter().map(Code::Weak));
        let username = username.map_or(NewUsername::FromEmail, NewUsername::Given);
        let new = NewAccount {
            first_name,
            last_name,
            phone_number,
            ..NewAccount::new(username, Some(email), Some(password))
        };
        Ok(faults.or(new)?)
    }
}

fn set(email: &Change<Email>) -> Option<&Email> {
    match email {
        Change::Set(email) => Some(email),
        Change::Keep | Change::Clear => None,
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
                email: account
                    .email
                    .map(|email| email.to_string())
                    .unwrap_or_default(),
                username: account.username.to_string(),
                first_name: account.first_name,
                last_name: account.last_name,
                phone_number: account.phone_number,
                is_active: account.is_active,
            },
        }
    }
}
