//! The expected outcome of every request in the access matrix, and its check.

use crate::surface_name::SurfaceName;
use loggia_identity::OrgRole;
use serde_json::Value;

use super::people::Asking;
use super::tables::{Operation, Who};
use super::world::World;
use crate::app::{Answer, TestApp};

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
pub(super) async fn judge(face: SurfaceName, operations: &[Operation], callers: &[Asking]) {
    for operation in operations {
        let mut waiting = callers.iter().copied().peekable();
        while waiting.peek().is_some() {
            let app = TestApp::spawn().await;
            let world = World::furnished(&app, face).await;
            for asking in waiting.by_ref() {
                let answer = asked(&world, operation, asking).await;
                if operation.method != "GET" && answer.status.is_success() {
                    // A successful change may alter what the next request addresses.
                    break;
                }
            }
        }
    }
}

async fn asked(world: &World<'_>, operation: &Operation, asking: Asking) -> Answer {
    let path = world.path(operation, asking);
    // Both slash forms reach the handler. The second form is sent only where the first changed nothing.
    let mut answer = world.ask(operation, &path, asking).await;
    check(world, operation, asking, &answer).await;
    if !answer.status.is_success() || operation.method == "GET" {
        let other = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        answer = world.ask(operation, &other, asking).await;
        check(world, operation, asking, &answer).await;
    }
    answer
}

async fn check(world: &World<'_>, operation: &Operation, asking: Asking, answer: &Answer) {
    let Operation { method, path, .. } = operation;
    let case = format!("{asking:?}: {method} {path}: {answer}");
    if world.face == SurfaceName::V1
        && let Some(body) = answer.try_json()
    {
        assert_numberless(&body, &case);
    }
    match expected(world.face, operation, asking) {
        Outcome::Served => {
            let is_served = answer.status.is_success();
            // A valid body must succeed; only a placeholder body may be rejected as invalid.
            let is_told_of_the_body = answer.status == 400 && !operation.is_sound();
            assert!(is_served || is_told_of_the_body, "{case}");
        }
        Outcome::Unauthenticated(sentence) => {
            assert_eq!(answer.status, 401, "{case}");
            let body = answer.json();
            let said = match world.face {
                SurfaceName::Users => {
                    assert_eq!(body["status"], "failed", "{case}");
                    &body["message"]
                }
                SurfaceName::Djoser | SurfaceName::Api | SurfaceName::V1 => &body["detail"],
            };
            assert_eq!(said, sentence, "{case}");
        }
        Outcome::Forbidden => {
            assert_eq!(answer.status, 403, "{case}");
            let said = &answer.json()["detail"];
            let sentence = "You do not have permission to perform this action.";
            assert_eq!(said, sentence, "{case}");
        }
        Outcome::Needed => assert_eq!(answer.status, 409, "{case}"),
        Outcome::Hidden => {
            assert_eq!(answer.status, 404, "{case}");
            let unknown = world.ask_for_the_unknown(operation, asking).await;
            assert_eq!(
                (answer.status, &answer.body),
                (unknown.status, &unknown.body),
                "{case}"
            );
        }
    }
}

fn expected(face: SurfaceName, operation: &Operation, asking: Asking) -> Outcome {
    match (operation.who, asking) {
        (Who::Open | Who::Forgiving, _) | (Who::Optional, Asking::Anonymous) => Outcome::Served,
        (_, Asking::Anonymous) => Outcome::Unauthenticated(not_given(face)),
        (_, Asking::Forged | Asking::Refresh) => Outcome::Unauthenticated(INVALID),
        (_, Asking::Garbage) => Outcome::Unauthenticated(match face {
            // A credential without dots is taken for an opaque token.
            SurfaceName::Djoser => "Invalid token.",
            SurfaceName::Users | SurfaceName::Api | SurfaceName::V1 => INVALID,
        }),
        (_, Asking::Deactivated) => Outcome::Unauthenticated("User is inactive"),
        (Who::Leaving, Asking::In(OrgRole::Owner) | Asking::Superuser) => Outcome::Needed,
        (Who::Optional | Who::SignedIn | Who::Leaving, _) => Outcome::Served,
        (Who::Inside(least), Asking::In(role)) if least <= role => Outcome::Served,
        (Who::Inside(_), Asking::In(_)) => Outcome::Forbidden,
        (Who::Inside(_), _) => Outcome::Hidden,
        (Who::Holding(_) | Who::Administrators, Asking::Superuser | Asking::Administrator) => {
            Outcome::Served
        }
        (Who::Holding(any), Asking::Holder(one)) if any.contains(&one) => Outcome::Served,
        (Who::Holding(_) | Who::Administrators, _) => Outcome::Forbidden,
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
