//! The error format of Django REST framework: `{"detail": ...}`, or lists of texts by field.
//! Source: docs/contract/drf.md «Fields», «Errors».

use actix_web::http::StatusCode;
use loggia_identity::{TokenError, TokenPair};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{Dialect, messages, schemas};
use crate::error::{AuthFault, FieldErrors, NON_FIELD, Problem};

/// The dialect of the surfaces `djoser` and `api`.
#[derive(Debug)]
pub struct Drf;

/// The value of `WWW-Authenticate`: the first configured scheme. Source: docs/contract/drf.md «Authentication errors».
pub(super) const CHALLENGE: &str = "Bearer realm=\"api\"";

impl Dialect for Drf {
    const CONTENT_TYPE: &'static str = "application/json";
    const IS_ALWAYS_JSON: bool = false;
    const IS_REST_FRAMEWORK: bool = true;
    const INVALID_SCHEMAS: &'static [&'static str] = &["FieldErrorsOut", "DetailOut"];
    const ERROR_SCHEMA: &'static str = "DetailOut";

    fn error_schemas() -> Vec<(String, RefOr<Schema>)> {
        let mut both = schemas::<FieldErrorsOut>();
        both.extend(schemas::<DetailOut>());
        both
    }

    fn challenge(_: AuthFault) -> Option<&'static str> {
        Some(CHALLENGE)
    }

    fn render(problem: &Problem) -> (StatusCode, Value) {
        let body = match problem {
            Problem::Invalid(faults) => by_field(faults),
            Problem::NotAnObject(kind) => json!({ NON_FIELD: [messages::not_an_object(*kind)] }),
            Problem::Unauthenticated(fault) => unauthenticated(*fault),
            Problem::Rejected(rejection) => {
                rejection.add_members(json!({ "detail": rejection.text() }))
            }
            Problem::Malformed
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
            | Problem::Internal(_) => json!({ "detail": messages::general(problem) }),
        };
        (status(problem), body)
    }
}

/// Returns the status that Django REST framework gives a problem.
pub(super) fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Rejected(rejection) => rejection.status(),
        Problem::Forbidden => StatusCode::FORBIDDEN,
        Problem::Invalid(_)
        | Problem::Malformed
        | Problem::MalformedForm
        | Problem::NotAnObject(_)
        | Problem::Refused(_) => StatusCode::BAD_REQUEST,
        Problem::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
        Problem::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Problem::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Problem::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Problem::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Problem::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Problem::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Renders `{"<field>": ["<text>", ...], ...}`.
pub(super) fn by_field(faults: &FieldErrors) -> Value {
    let fields: Map<String, Value> = faults
        .iter()
        .map(|(name, codes)| {
            let sentences: Vec<String> = codes.iter().map(messages::code).collect();
            (name.to_owned(), json!(sentences))
        })
        .collect();
    Value::Object(fields)
}

/// Renders authentication errors. Source: docs/contract/drf.md «Tokens», «Authentication errors».
fn unauthenticated(fault: AuthFault) -> Value {
    let detail = messages::auth(fault);
    match fault {
        AuthFault::NotGiven
        | AuthFault::NoToken
        | AuthFault::TokenWithSpaces
        | AuthFault::OpaqueToken(_)
        | AuthFault::Credentials
        | AuthFault::BodyToken(TokenError::UnknownAccount | TokenError::InactiveAccount) => {
            json!({ "detail": detail })
        }
        AuthFault::MalformedHeader => {
            json!({ "detail": detail, "code": "bad_authorization_header" })
        }
        AuthFault::AccessToken(TokenError::UnknownAccount) => {
            json!({ "detail": detail, "code": "user_not_found" })
        }
        AuthFault::AccessToken(TokenError::InactiveAccount) => {
            json!({ "detail": detail, "code": "user_inactive" })
        }
        AuthFault::AccessToken(TokenError::NoSubject) | AuthFault::BodyToken(_) => {
            json!({ "detail": detail, "code": "token_not_valid" })
        }
        AuthFault::AccessToken(fault) => json!({
            "detail": detail,
            "code": "token_not_valid",
            "messages": [{
                "token_class": "AccessToken",
                "token_type": "access",
                "message": messages::token(fault),
            }],
        }),
    }
}

/// A token pair, as SimpleJWT returns it.
#[derive(Serialize, ToSchema)]
pub struct Pair {
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    refresh: String,
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    access: String,
}

impl From<TokenPair> for Pair {
    fn from(tokens: TokenPair) -> Self {
        Self { refresh: tokens.refresh, access: tokens.access }
    }
}

/// A refreshed access token.
#[derive(Serialize, ToSchema)]
pub struct AccessOut {
    /// The new access token.
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...")]
    pub access: String,
}

/// An error with one text.
#[derive(Serialize, ToSchema)]
pub struct DetailOut {
    /// The text of the error.
    #[schema(example = "Not found.")]
    pub detail: String,
}

/// An error about a token.
#[derive(Serialize, ToSchema)]
pub struct TokenErrorOut {
    #[schema(example = "Token is invalid")]
    detail: String,
    /// Absent if the account, not the token, is rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "token_not_valid")]
    code: Option<String>,
}

/// Texts by field. Those that belong to no single field are under `non_field_errors`.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"username": ["This field is required."]}))]
pub struct FieldErrorsOut(std::collections::BTreeMap<String, Vec<String>>);
