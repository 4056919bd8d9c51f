//! The access rules of operations, as their documents state them.

use serde_json::Value;
use utoipa::openapi::{path::Operation, security::SecurityRequirement};

use super::Needs;

/// The access rule of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Public; credentials are ignored. The document has no `security`.
    Open,
    /// Public, but invalid credentials are rejected. The document's `security` contains an empty alternative.
    Optional,
    /// Authenticated callers only.
    Required,
}

/// Returns the access rule of an operation. No requirement means open, an empty one among several means optional.
pub fn access(operation: &Operation) -> Access {
    let Some(alternatives) =
        operation.security.as_ref().filter(|alternatives| !alternatives.is_empty())
    else {
        return Access::Open;
    };
    let nothing = SecurityRequirement::default();
    if alternatives.contains(&nothing) { Access::Optional } else { Access::Required }
}

/// Returns the permissions that an operation requires: the scopes of its security requirements.
pub fn needs(operation: &Operation) -> Needs {
    let requirements = operation.security.iter().flatten();
    let scopes = requirements.filter_map(|requirement| {
        // The fields of a requirement are private, so its JSON is read.
        let said = serde_json::to_value(requirement).ok()?;
        let scopes = said.get("bearer")?.as_array()?.iter();
        Some(scopes.filter_map(Value::as_str).map(str::to_owned).collect())
    });
    Needs::of(scopes.collect::<Vec<Vec<String>>>().concat())
}
