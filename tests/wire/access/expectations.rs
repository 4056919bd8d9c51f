//! The expected outcome of every request in the access matrix, and its check.

use crate::surface_name::SurfaceName;
use loggia_identity::OrgRole;
use serde_json::Value;

use super::callers::CallerKind;
use super::fixtures::Fixtures;
use super::tables::{Audience, Operation};
use crate::app::{Response, TestApp};

/// The expected outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Served,
    /// 401 with this message.
    Unauthenticated(&'static str),
    /// 403.
    Forbidden,
    /// 409: the last owner or the last superuser. Source: docs/contract/README.md «Organizations», «Administrators».
    Needed,
    /// 404, byte for byte the response for a resource that does not exist.
    Hidden,
}

/// Sends every operation as every kind of caller.
pub(super) async fn expect_access(
    face: SurfaceName,
    operations: &[Operation],
    callers: &[CallerKind],
) {
    for operation in operations {
        let mut waiting = callers.iter().copied().peekable();
        while waiting.peek().is_some() {
            let app = TestApp::spawn().await;
            let fixtures = Fixtures::create(&app, face).await;
            for kind in waiting.by_ref() {
                let response = send_both_forms(&fixtures, operation, kind).await;
                if operation.method != "GET" && response.status.is_success() {
                    // A successful change may alter what the next request addresses.
                    break;
                }
            }
        }
    }
}

async fn send_both_forms(
    fixtures: &Fixtures<'_>,
    operation: &Operation,
    kind: CallerKind,
) -> Response {
    let path = fixtures.path(operation, kind);
    // Both slash forms reach the handler. The second form is sent only where the first changed nothing.
    let mut response = fixtures.send_to(operation, &path, kind).await;
    check(fixtures, operation, kind, &response).await;
    if !response.status.is_success() || operation.method == "GET" {
        let other = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        response = fixtures.send_to(operation, &other, kind).await;
        check(fixtures, operation, kind, &response).await;
    }
    response
}

async fn check(
    fixtures: &Fixtures<'_>,
    operation: &Operation,
    kind: CallerKind,
    response: &Response,
) {
    let Operation { method, path, .. } = operation;
    let case = format!("{kind:?}: {method} {path}: {response}");
    if fixtures.face == SurfaceName::V1
        && let Some(body) = response.try_json()
    {
        assert_numberless(&body, &case);
    }
    match expected(fixtures.face, operation, kind) {
        Outcome::Served => {
            let is_served = response.status.is_success();
            // A valid body must succeed; only a placeholder body may be rejected as invalid.
            let is_invalid_body = response.status == 400 && !operation.has_valid_body();
            assert!(is_served || is_invalid_body, "{case}");
        }
        Outcome::Unauthenticated(expected_message) => {
            assert_eq!(response.status, 401, "{case}");
            let body = response.json();
            let message = match fixtures.face {
                SurfaceName::Users => {
                    assert_eq!(body["status"], "failed", "{case}");
                    &body["message"]
                }
                SurfaceName::Djoser | SurfaceName::Api | SurfaceName::V1 => &body["detail"],
            };
            assert_eq!(message, expected_message, "{case}");
        }
        Outcome::Forbidden => {
            assert_eq!(response.status, 403, "{case}");
            let message = &response.json()["detail"];
            let expected_message = "You do not have permission to perform this action.";
            assert_eq!(message, expected_message, "{case}");
        }
        Outcome::Needed => assert_eq!(response.status, 409, "{case}"),
        Outcome::Hidden => {
            assert_eq!(response.status, 404, "{case}");
            let unknown = fixtures.send_to_unknown(operation, kind).await;
            assert_eq!(
                (response.status, &response.body),
                (unknown.status, &unknown.body),
                "{case}"
            );
        }
    }
}

fn expected(face: SurfaceName, operation: &Operation, kind: CallerKind) -> Outcome {
    match (operation.audience, kind) {
        (Audience::Open | Audience::Forgiving, _) | (Audience::Optional, CallerKind::Anonymous) => {
            Outcome::Served
        }
        (_, CallerKind::Anonymous) => Outcome::Unauthenticated(not_given(face)),
        (_, CallerKind::Forged | CallerKind::Refresh) => Outcome::Unauthenticated(INVALID),
        (_, CallerKind::Garbage) => Outcome::Unauthenticated(match face {
            // A credential without dots is taken for an opaque token.
            SurfaceName::Djoser => "Invalid token.",
            SurfaceName::Users | SurfaceName::Api | SurfaceName::V1 => INVALID,
        }),
        (_, CallerKind::Deactivated) => Outcome::Unauthenticated("User is inactive"),
        (Audience::Leaving, CallerKind::In(OrgRole::Owner) | CallerKind::Superuser) => {
            Outcome::Needed
        }
        (Audience::Optional | Audience::SignedIn | Audience::Leaving, _) => Outcome::Served,
        (Audience::Inside(least), CallerKind::In(role)) if least <= role => Outcome::Served,
        (Audience::Inside(_), CallerKind::In(_)) => Outcome::Forbidden,
        (Audience::Inside(_), _) => Outcome::Hidden,
        (
            Audience::Holding(_) | Audience::Administrators,
            CallerKind::Superuser | CallerKind::Administrator,
        ) => Outcome::Served,
        (Audience::Holding(any), CallerKind::Holder(one)) if any.contains(&one) => Outcome::Served,
        (Audience::Holding(_) | Audience::Administrators, _) => Outcome::Forbidden,
    }
}

/// Asserts that `v1` identifies nothing but tags by number and returns no other numbers than counts.
/// Source: docs/contract/README.md «Numeric ids».
fn assert_numberless(body: &Value, case: &str) {
    match body {
        Value::Number(_) => panic!("a number in {case}"),
        Value::Array(items) => items.iter().for_each(|item| assert_numberless(item, case)),
        Value::Object(fields) => {
            let keys: Vec<_> = fields.keys().map(String::as_str).collect();
            let is_tag = keys == ["id", "name", "slug", "organization"];
            for (key, value) in fields {
                let may_be_number =
                    matches!(key.as_str(), "count" | "removed_count") || (is_tag && key == "id");
                if !(may_be_number && value.is_u64()) {
                    assert_numberless(value, case);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Source: docs/contract/drf.md «Authentication errors»; docs/contract/v1.md «Errors».
const INVALID: &str = "Given token not valid for any token type";

/// Source: docs/contract/drf.md «Errors»; docs/contract/users.md «Errors»; docs/contract/v1.md «Errors».
fn not_given(face: SurfaceName) -> &'static str {
    match face {
        SurfaceName::Djoser | SurfaceName::Users | SurfaceName::Api => {
            "Authentication credentials were not provided."
        }
        SurfaceName::V1 => "Unauthorized",
    }
}
