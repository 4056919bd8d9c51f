//! The error format of the surface `users`: every response in an envelope.
//! Source: docs/contract/users.md «Errors».

use actix_web::http::StatusCode;
use loggia_identity::Field;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{Dialect, drf, messages, schemas};
use crate::error::{AuthFault, Code, FieldErrors, NON_FIELD, Problem};

/// The dialect of the surface `users`.
#[derive(Debug)]
pub struct Envelope;

/// The text of a taken email address. Source: docs/contract/users.md «Registration».
const EMAIL_TAKEN: &str = "A user with this email already exists.";

/// The text of a password that lacks length, a letter or a digit. Source: docs/contract/users.md «Registration».
pub const LETTERS_AND_DIGITS: &str =
    "Password must be at least 8 characters long and contain letters and numbers.";

/// The text of wrong credentials. Source: docs/contract/users.md «Login».
pub const INVALID_CREDENTIALS: &str = "Invalid email or password.";

/// The text of a missing refresh token. Source: docs/contract/users.md «Logout».
pub const REFRESH_REQUIRED: &str = "Refresh token is required";

impl Dialect for Envelope {
    const CONTENT_TYPE: &'static str = "application/json";
    const IS_ALWAYS_JSON: bool = false;
    const IS_REST_FRAMEWORK: bool = true;
    const INVALID_SCHEMAS: &'static [&'static str] = &["FailedOut"];
    const ERROR_SCHEMA: &'static str = "FailedOut";

    fn error_schemas() -> Vec<(String, RefOr<Schema>)> {
        schemas::<FailedOut>()
    }

    /// Omits the header on a failed login, because the replaced backend's own view responds there, not the framework.
    /// Source: the recorded `login.unknown`.
    fn challenge(fault: AuthFault) -> Option<&'static str> {
        (fault != AuthFault::Credentials).then_some(drf::CHALLENGE)
    }

    fn render(problem: &Problem) -> (StatusCode, Value) {
        let body = match problem {
            Problem::Invalid(faults) => json!({
                "status": "failed",
                "message": message(faults),
                "errors": errors(faults),
            }),
            Problem::NotAnObject(kind) => json!({
                "status": "failed",
                "message": "Validation error",
                "errors": { NON_FIELD: [messages::not_an_object(*kind)] },
            }),
            Problem::Unauthenticated(AuthFault::Credentials) => failed(INVALID_CREDENTIALS),
            Problem::Unauthenticated(AuthFault::BodyToken(_)) => {
                failed("Token is invalid or expired")
            }
            Problem::Rejected(rejection) => rejection.add_members(failed(rejection.text())),
            Problem::Unauthenticated(_)
            | Problem::Malformed
            | Problem::MalformedForm
            | Problem::Refused(_)
            | Problem::Forbidden
            | Problem::NotFound
            | Problem::MethodNotAllowed(_)
            | Problem::NotAcceptable
            | Problem::UnsupportedMediaType(_)
            | Problem::TooLarge
            | Problem::TooSlow
            | Problem::Throttled { .. }
            | Problem::Unavailable { .. }
            | Problem::StorageFull
            | Problem::Internal(_) => failed(&messages::general(problem)),
        };
        (drf::status(problem), body)
    }
}

fn failed(message: &str) -> Value {
    json!({ "status": "failed", "message": message })
}

/// Returns the first message that applies. Source: docs/contract/users.md «Registration».
fn message(faults: &FieldErrors) -> &'static str {
    let is_email_taken = faults.iter().any(|(_, codes)| codes.contains(&Code::Taken(Field::Email)));
    if is_email_taken {
        EMAIL_TAKEN
    } else if faults.has("password") {
        LETTERS_AND_DIGITS
    } else if faults.has("confirm_password") {
        "Passwords do not match."
    } else if faults.has("refresh") {
        REFRESH_REQUIRED
    } else {
        "Validation error"
    }
}

/// Renders field errors as Django REST framework does, except for two texts of the API description.
fn errors(faults: &FieldErrors) -> Value {
    let mut fields = serde_json::Map::new();
    for (name, codes) in faults.iter() {
        let sentences: Vec<String> = codes
            .iter()
            .map(|code| {
                if *code == Code::Taken(Field::Email) {
                    EMAIL_TAKEN.to_owned()
                } else if *code == Code::PasswordMismatch {
                    "Passwords do not match".to_owned()
                } else {
                    messages::code(code)
                }
            })
            .collect();
        fields.insert(name.to_owned(), json!(sentences));
    }
    Value::Object(fields)
}

/// An error in its envelope.
#[derive(Serialize, ToSchema)]
pub struct FailedOut {
    #[schema(example = "failed")]
    status: String,
    #[schema(example = "Invalid email or password.")]
    message: String,
    /// Texts by field, present if fields are invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<std::collections::BTreeMap<String, Vec<String>>>,
}
