//! The error format of Django Ninja: `{"detail": "<text>"}`, with pydantic's texts.
//! Source: docs/contract/v1.md «Errors», «Validation errors».

use actix_web::http::StatusCode;
use loggia_identity::TokenError;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{Dialect, drf, messages, schemas};
use crate::error::{AuthFault, Code, FieldErrors, Problem, Refusal};

/// The dialect of the surface `v1`.
#[derive(Debug)]
pub struct Ninja;

impl Dialect for Ninja {
    const CONTENT_TYPE: &'static str = "application/json; charset=utf-8";
    const IS_ALWAYS_JSON: bool = true;
    const IS_REST_FRAMEWORK: bool = false;
    const INVALID_SCHEMAS: &'static [&'static str] = &["NinjaErrorOut"];
    const ERROR_SCHEMA: &'static str = "NinjaErrorOut";

    fn error_schemas() -> Vec<(String, RefOr<Schema>)> {
        schemas::<NinjaErrorOut>()
    }

    fn challenge(_: AuthFault) -> Option<&'static str> {
        None
    }

    fn render(problem: &Problem) -> (StatusCode, Value) {
        let body = match problem {
            Problem::Invalid(faults) => invalid(faults),
            Problem::NotAnObject(_) => validation(&[Entry {
                location: vec!["body", "data"],
                message: "Input should be a valid dictionary or object to extract fields from"
                    .to_owned(),
                kind: "model_attributes_type",
            }]),
            Problem::Rejected(rejection) => rejection.add_members(detail(rejection.text())),
            Problem::Unauthenticated(fault) => unauthenticated(*fault),
            Problem::Malformed | Problem::MalformedForm => detail("Cannot parse request body"),
            Problem::NotFound => detail("Not Found"),
            Problem::MethodNotAllowed(_) => detail("Method not allowed"),
            Problem::Throttled { .. } => detail("Too many requests."),
            Problem::Refused(_)
            | Problem::Forbidden
            | Problem::NotAcceptable
            | Problem::UnsupportedMediaType(_)
            | Problem::TooLarge
            | Problem::TooSlow
            | Problem::Unavailable { .. }
            | Problem::StorageFull
            | Problem::Internal(_) => detail(&messages::general(problem)),
        };
        (status(problem), body)
    }
}

/// Returns the status of a problem: that of Django REST framework, except for rules with a status of their own.
/// Source: docs/contract/README.md «Tenants», «Organizations», «Administrators».
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule without an arm of its own is a bad request"
)]
fn status(problem: &Problem) -> StatusCode {
    let Problem::Refused(refusal) = problem else {
        return drf::status(problem);
    };
    match refusal {
        Refusal::UnknownOrganization => StatusCode::NOT_FOUND,
        Refusal::LastSuperuser
        | Refusal::Oneself
        | Refusal::AlreadyMember
        | Refusal::LastOwner
        | Refusal::TooManyOrganizations
        | Refusal::PersonalOrganization
        | Refusal::TagSlugShared
        | Refusal::IdempotencyKeyReused
        | Refusal::IdempotencyKeyInUse
        | Refusal::SoleOwner(_) => StatusCode::CONFLICT,
        _ => drf::status(problem),
    }
}

fn detail(text: &str) -> Value {
    json!({ "detail": text })
}

/// Renders authentication errors. Source: docs/contract/v1.md «Errors», «Tokens».
fn unauthenticated(fault: AuthFault) -> Value {
    match fault {
        AuthFault::NotGiven
        | AuthFault::NoToken
        | AuthFault::TokenWithSpaces
        | AuthFault::OpaqueToken(_) => detail("Unauthorized"),
        AuthFault::Credentials => json!({
            "detail": messages::auth(AuthFault::Credentials),
            "code": "authentication_failed",
        }),
        AuthFault::AccessToken(TokenError::UnknownAccount | TokenError::InactiveAccount) => {
            json!({ "detail": messages::auth(fault), "code": "authentication_failed" })
        }
        AuthFault::BodyToken(TokenError::UnknownAccount | TokenError::InactiveAccount) => json!({
            "detail": messages::auth(AuthFault::Credentials),
            "code": "authentication_failed",
        }),
        AuthFault::BodyToken(fault) => {
            json!({ "detail": token(fault), "code": "token_not_valid" })
        }
        AuthFault::AccessToken(_) | AuthFault::MalformedHeader => {
            let message = match fault {
                AuthFault::AccessToken(fault) => token(fault),
                AuthFault::MalformedHeader
                | AuthFault::NotGiven
                | AuthFault::NoToken
                | AuthFault::TokenWithSpaces
                | AuthFault::OpaqueToken(_)
                | AuthFault::BodyToken(_)
                | AuthFault::Credentials => token(TokenError::Invalid),
            };
            json!({
                "detail": "Given token not valid for any token type",
                "code": "token_not_valid",
                "messages": [{
                    "token_class": "AccessToken",
                    "token_type": "access",
                    "message": message,
                }],
            })
        }
    }
}

/// Returns ninja-jwt's text for a rejected token: only a wrong type has a text of its own.
fn token(fault: TokenError) -> &'static str {
    if fault == TokenError::WrongType {
        messages::token(fault)
    } else {
        "Token is invalid or expired"
    }
}

struct Entry<'a> {
    location: Vec<&'a str>,
    message: String,
    kind: &'static str,
}

fn invalid(faults: &FieldErrors) -> Value {
    let mut entries = Vec::new();
    for (name, codes) in faults.iter() {
        for code in codes {
            let (message, kind) = pydantic(code);
            // A name that contains a slash carries its own location. An unknown key is the client's text, so a slash in
            // it means nothing.
            let location: Vec<&str> = if name.contains('/') && *code != Code::Unknown {
                name.split('/').collect()
            } else {
                vec!["body", "data", name]
            };
            entries.push(Entry { location, message, kind });
        }
    }
    validation(&entries)
}

/// Renders validation errors. `detail` stays a string, so that clients which do not know `errors` can read it.
/// Source: docs/contract/v1.md «Validation errors».
fn validation(entries: &[Entry<'_>]) -> Value {
    let messages: Vec<&str> = entries.iter().map(|entry| &*entry.message).collect();
    let errors: Vec<Value> = entries
        .iter()
        .map(|entry| {
            json!({ "location": entry.location, "message": entry.message, "type": entry.kind })
        })
        .collect();
    json!({ "detail": messages.join("; "), "errors": errors })
}

/// Returns pydantic's text and type for a field error. Source: pydantic 2, `pydantic_core` error types;
/// docs/contract/v1.md «Validation errors».
fn pydantic(code: &Code) -> (String, &'static str) {
    match code {
        Code::Required => ("Field required".to_owned(), "missing"),
        Code::Null | Code::NotText | Code::Surrogate(_) => {
            ("Input should be a valid string".to_owned(), "string_type")
        }
        Code::TooLong(max) => {
            (format!("String should have at most {max} characters"), "string_too_long")
        }
        Code::Unknown => ("Extra inputs are not permitted".to_owned(), "extra_forbidden"),
        Code::Blank => ("String should have at least 1 character".to_owned(), "string_too_short"),
        Code::NotAnInteger => (
            "Input should be a valid integer, unable to parse string as an integer".to_owned(),
            "int_parsing",
        ),
        Code::NotWhole => (
            "Input should be a valid integer, got a number with a fractional part".to_owned(),
            "int_from_float",
        ),
        Code::NotANumber => ("Input should be a valid integer".to_owned(), "int_type"),
        Code::NotAList(_) => ("Input should be a valid list".to_owned(), "list_type"),
        Code::TooManyItems { max, given } => (
            format!("List should have at most {max} items after validation, not {given}"),
            "too_long",
        ),
        // A text of the surface itself, which has no prefix.
        Code::NotATagName | Code::Rule(_) => (messages::code(code), "value_error"),
        Code::TooSmall(min) => {
            (format!("Input should be greater than or equal to {min}"), "greater_than_equal")
        }
        Code::NotOneOf(choices) => {
            (format!("Input should be {}", messages::one_of(choices)), "enum")
        }
        Code::NullCharacter
        | Code::NoName
        | Code::NotExactlyOne(_)
        | Code::NotAnEmail
        | Code::Malformed
        | Code::NotAUsername
        | Code::NotASlug
        | Code::NotABoolean
        | Code::NotAChoice(_)
        | Code::NoSuchPk(_)
        | Code::NotAPk(_)
        | Code::NotUniqueTogether(_)
        | Code::Exists { .. }
        | Code::Taken(_)
        | Code::Weak(_)
        | Code::WrongPassword
        | Code::PasswordMismatch
        | Code::BadLinkToken => (format!("Value error, {}", messages::code(code)), "value_error"),
    }
}

/// An error. `errors` is present if the request is invalid.
#[derive(Serialize, ToSchema)]
pub struct NinjaErrorOut {
    #[schema(example = "Field required")]
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<NinjaFieldErrorOut>>,
}

/// The location and reason of a validation error.
#[derive(Serialize, ToSchema)]
pub struct NinjaFieldErrorOut {
    #[schema(example = json!(["body", "data", "password"]))]
    location: Vec<String>,
    #[schema(example = "Field required")]
    message: String,
    #[serde(rename = "type")]
    #[schema(example = "missing")]
    kind: String,
}
