//! A check that a response is in the dialect of its path. Source: docs/contract/drf.md «Fields», «Errors»;
//! docs/contract/users.md «Errors»; docs/contract/v1.md «Errors».

use crate::surface_name::SurfaceName;
use serde_json::Value;

use crate::app::Response;

/// Asserts that a response is in the dialect of `face`.
///
/// # Panics
/// If the response is not in that dialect.
pub(super) fn assert_dialect(response: &Response, face: SurfaceName, name: &str) {
    if response.body.is_empty() {
        // djoser rejects requests for activation emails with an empty body.
        // Source: docs/contract/djoser.md «Activation».
        let may_be_silent = response.status == 204 || name.contains("/resend_activation/");
        assert!(may_be_silent, "{name}: {response}");
        return;
    }
    let kind = match face {
        SurfaceName::V1 => "application/json; charset=utf-8",
        SurfaceName::Djoser | SurfaceName::Users | SurfaceName::Api => "application/json",
    };
    assert_eq!(response.header("Content-Type").as_deref(), Some(kind), "{name}");
    let body = response.json();
    if response.status.is_client_error() {
        let is_spoken = match face {
            SurfaceName::Djoser | SurfaceName::Api => is_drf(&body),
            SurfaceName::Users => is_envelope(&body),
            SurfaceName::V1 => is_ninja(&body),
        };
        assert!(is_spoken, "{name}: {response}");
    }
}

fn is_drf(body: &Value) -> bool {
    match body.get("detail") {
        Some(Value::String(_)) => true,
        Some(_) => false,
        None => is_by_field(body),
    }
}

/// Returns whether every field has a list of at least one message.
fn is_by_field(body: &Value) -> bool {
    let Some(fields) = body.as_object() else {
        return false;
    };
    let are_sentences = |value: &Value| {
        value
            .as_array()
            .is_some_and(|texts| !texts.is_empty() && texts.iter().all(Value::is_string))
    };
    !fields.is_empty() && fields.values().all(are_sentences)
}

fn is_envelope(body: &Value) -> bool {
    let has_errors = body.get("errors");
    body["status"] == "failed" && body["message"].is_string() && has_errors.is_none_or(is_by_field)
}

fn is_ninja(body: &Value) -> bool {
    let are_errors = |errors: &Value| {
        errors.as_array().is_some_and(|errors| {
            errors.iter().all(|error| {
                error["location"].is_array()
                    && error["message"].is_string()
                    && error["type"].is_string()
            })
        })
    };
    body["detail"].is_string() && body.get("errors").is_none_or(are_errors)
}
