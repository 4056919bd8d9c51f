//! Fixtures for every operation: a caller that may use it, and the resource it addresses, restored after each change.

use crate::surface_name::SurfaceName;
use loggia_identity::OrgRole;
use serde_json::{Value, json};

use super::BodyOperation;
use crate::access::callers::CallerKind;
use crate::access::fixtures::Fixtures;
use crate::app::{Caller, Request, Response, TestApp};

/// Path prefixes that the superuser calls.
const ADMINISTRATION: [&str; 8] = [
    "/api/users/",
    "/api/roles/",
    "/api/permissions/",
    "/api/user-roles/",
    "/api/auth/admin/",
    "/api/services/",
    "/api/projects/",
    "/api/blog/",
];

/// Path prefixes that the owner of an organization calls.
const ORGANIZATION: [&str; 2] = ["/api/v1/orgs/", "/api/v1/contacts/"];

/// The fixtures of the access matrix, and a caller with only its own account.
pub(super) struct Environment<'app> {
    pub(super) fixtures: Fixtures<'app>,
    pub(super) own_caller: Caller<'app>,
    /// The number of requests sent.
    pub(super) sent: usize,
    app: &'app TestApp,
}

impl<'app> Environment<'app> {
    pub(super) async fn of(app: &'app TestApp, face: SurfaceName) -> Self {
        Self {
            fixtures: Fixtures::create(app, face).await,
            own_caller: app.user("person0").await,
            sent: 0,
            app,
        }
    }

    /// Sends a JSON body. A caller that succeeded is replaced by a new one, because the request may have ended its
    /// session.
    pub(super) async fn send_json(&mut self, operation: &BodyOperation, body: &str) -> Response {
        let response = self.send(operation, "application/json", body.as_bytes()).await;
        let is_kept =
            operation.is_guarded && privileged_caller(&self.fixtures, &operation.path).is_some();
        if response.status.is_success() && !is_kept {
            self.own_caller = self.app.user(&format!("person{}", self.sent)).await;
        }
        response
    }

    /// Sends a body of this content type.
    pub(super) async fn send(
        &mut self,
        operation: &BodyOperation,
        kind: &str,
        body: &[u8],
    ) -> Response {
        self.sent += 1;
        let path = self.path(&operation.path);
        let request =
            Request::new(&operation.method, &path).header("Content-Type", kind).body(body);
        if !operation.is_guarded {
            return self.app.send(request).await;
        }
        let Some(privileged_caller) = privileged_caller(&self.fixtures, &operation.path) else {
            return self.own_caller.send(request).await;
        };
        let response = privileged_caller.send(request).await;
        if response.status.is_success() {
            undo(privileged_caller, operation, &path, &response).await;
        }
        response
    }

    /// Returns the path with its placeholders filled; an id without a fixture is that of the caller's own account.
    pub(super) fn path(&self, path: &str) -> String {
        let own = self.own_caller.account().id.to_string();
        self.fixtures.fill(path).replace("{id}", &own)
    }

    /// Returns the id of the role that the fixtures assign.
    pub(super) fn role(&self) -> Value {
        let path = self.fixtures.fill("/api/roles/{id}/");
        let number = path.trim_end_matches('/').rsplit('/').next();
        let number = number.and_then(|number| number.parse::<i64>().ok());
        number.expect("fixtures with a role").into()
    }
}

/// Returns the caller for paths that need a permission or a membership.
pub(super) fn privileged_caller<'fixtures, 'app>(
    fixtures: &'fixtures Fixtures<'app>,
    path: &str,
) -> Option<&'fixtures Caller<'app>> {
    let is_below = |roots: &[&str]| roots.iter().any(|root| path.starts_with(root));
    match fixtures.face {
        SurfaceName::Api if is_below(&ADMINISTRATION) => {
            Some(fixtures.caller(CallerKind::Superuser))
        }
        SurfaceName::V1 if is_below(&ORGANIZATION) => {
            Some(fixtures.caller(CallerKind::In(OrgRole::Owner)))
        }
        _ => None,
    }
}

/// Undoes a change, so that no case depends on an earlier one: deletes what was created and restores what was renamed.
async fn undo(
    privileged_caller: &Caller<'_>,
    operation: &BodyOperation,
    path: &str,
    response: &Response,
) {
    let is_post = operation.method == "POST";
    if is_post && operation.path.ends_with("/{obj_id}/") {
        let (all, _) = path.split_once("contacts/").expect("an object with tags");
        let response = response.json();
        for tag in response.as_array().expect("tags") {
            if tag["slug"] != "vip" {
                done(&privileged_caller.delete(&detail(all, tag), ()).await);
            }
        }
    } else if is_post && !operation.path.ends_with("/change_role/") {
        done(&privileged_caller.delete(&detail(path, &response.json()), ()).await);
    } else if operation.path.ends_with("/{slug}/")
        && privileged_caller.get(path).await.status == 404
    {
        let (collection, _) = operation.path.split_once("{slug}").expect("a placeholder");
        let moved = detail(collection, &response.json());
        done(&privileged_caller.delete(&moved, ()).await);
        let again = match collection {
            "/api/v1/contacts/" => json!({"organization": "acme", "display_name": "Jane Roe"}),
            _ => json!({"title": "Painting"}),
        };
        done(&privileged_caller.post(collection, again).await);
        assert_eq!(privileged_caller.get(path).await.status, 200, "{path}");
    }
}

/// Returns the path of one object in a collection.
fn detail(collection: &str, thing: &Value) -> String {
    match thing["slug"].as_str() {
        Some(slug) if !collection.ends_with("/tags/") => format!("{collection}{slug}/"),
        _ => format!("{collection}{}/", thing["id"]),
    }
}

fn done(response: &Response) {
    assert!(response.status.is_success(), "{response}");
}
