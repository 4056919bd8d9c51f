//! A right that ends while a request's body arrives: the session, the membership or the role. Nothing is written.

use std::collections::BTreeMap;
use std::time::Duration;

use loggia_identity::OrgRole;
use serde_json::json;

use super::callers::CallerKind;
use super::fixtures::{self, Fixtures};
use super::tables::{API, Audience, DJOSER, Operation, USERS, V1};
use crate::app::{Caller, Response, TestApp};
use crate::surface_name::SurfaceName;

/// A right, and how it ends.
#[derive(Clone, Copy, Debug)]
enum Ending {
    /// The caller logs out elsewhere.
    Session,
    /// The caller is removed from the organization.
    Membership,
    /// The caller gets the role below the one that the operation requires.
    Role,
    /// The caller loses the role with the permission.
    Permission,
}

#[actix_web::test]
async fn no_operation_of_djoser_outlives_the_right_to_it() {
    expect_no_writes(SurfaceName::Djoser, DJOSER, &[("POST", "/auth/token/logout/")]).await;
}

#[actix_web::test]
async fn no_operation_of_the_users_api_outlives_the_right_to_it() {
    expect_no_writes(SurfaceName::Users, USERS, &[]).await;
}

#[actix_web::test]
async fn no_operation_of_the_api_outlives_the_right_to_it() {
    let immediate = [
        ("DELETE", "/api/auth/admin/users/{id}/"),
        ("POST", "/api/auth/admin/users/{id}/toggle_active/"),
        ("DELETE", "/api/users/{id}/"),
        ("DELETE", "/api/roles/{id}/"),
        ("DELETE", "/api/permissions/{id}/"),
        ("DELETE", "/api/user-roles/{id}/"),
        ("DELETE", "/api/services/{slug}/"),
        ("DELETE", "/api/projects/{slug}/"),
        ("DELETE", "/api/blog/{slug}/"),
    ];
    expect_no_writes(SurfaceName::Api, API, &immediate).await;
}

#[actix_web::test]
async fn no_operation_of_v1_outlives_the_right_to_it() {
    let immediate = [
        ("DELETE", "/api/v1/auth/delete"),
        ("DELETE", "/api/v1/orgs/{org_slug}/"),
        ("DELETE", "/api/v1/orgs/{org_slug}/members/{user_slug}/"),
        ("DELETE", "/api/v1/contacts/{slug}/"),
        ("DELETE", "/api/v1/orgs/{org_slug}/tags/{tag_id}/"),
        ("DELETE", "/api/v1/orgs/{org_slug}/tags/{app_label}/{model}/{obj_id}/{slug}/"),
    ];
    expect_no_writes(SurfaceName::V1, V1, &immediate).await;
}

/// Sends every writing operation that requires a right, and ends the right when half of the body has arrived.
/// `immediate` are the operations that read no body.
async fn expect_no_writes(face: SurfaceName, operations: &[Operation], immediate: &[(&str, &str)]) {
    let mut unread = Vec::new();
    for operation in operations.iter().filter(|operation| operation.method != "GET") {
        let Some((caller, endings)) = rights(operation.audience) else {
            continue;
        };
        for &ending in endings {
            let app = TestApp::spawn().await;
            let fixtures = Fixtures::create(&app, face).await;
            let case = Case { app: &app, fixtures: &fixtures, caller, ending };
            if !case.expect_no_write(operation).await {
                unread.push((operation.method, operation.path));
                break;
            }
        }
    }
    assert_eq!(unread, immediate);
}

/// Returns a caller that has just the right an operation requires, and the ways in which the right can end.
fn rights(audience: Audience) -> Option<(CallerKind, &'static [Ending])> {
    use Ending::{Membership, Permission, Role, Session};
    Some(match audience {
        Audience::Open | Audience::Optional | Audience::Forgiving => return None,
        Audience::SignedIn | Audience::Leaving => (CallerKind::Stranger, &[Session]),
        Audience::Inside(OrgRole::Member) => {
            (CallerKind::In(OrgRole::Member), &[Session, Membership])
        }
        Audience::Inside(least) => (CallerKind::In(least), &[Session, Membership, Role]),
        Audience::Holding(any) => (CallerKind::Holder(any[0]), &[Session, Permission]),
        Audience::Administrators => (CallerKind::Administrator, &[Session, Permission]),
    })
}

/// A request of `caller` whose right ends while its body arrives.
struct Case<'a> {
    app: &'a TestApp,
    fixtures: &'a Fixtures<'a>,
    caller: CallerKind,
    ending: Ending,
}

impl Case<'_> {
    /// Asserts that the operation is refused and writes nothing. Returns false if it responds without reading its body.
    async fn expect_no_write(&self, operation: &Operation) -> bool {
        let path = self.fixtures.path(operation, self.caller);
        let mut before = BTreeMap::new();
        let pause = async {
            self.end_right().await;
            self.app.clock().advance(Duration::from_secs(1));
            before = self.app.database_contents().await;
        };
        let request = fixtures::request(operation, &path);
        let request = self.fixtures.caller(self.caller).request(request);
        let Some(response) = self.app.send_with_pause(request, pause).await else {
            return false;
        };
        let case = format!("{:?}: {} {path}: {response}", self.ending, operation.method);
        assert_eq!(response.status, self.expected_status(), "{case}");
        assert_eq!(self.app.database_contents().await, before, "{case}");
        true
    }

    fn expected_status(&self) -> u16 {
        match self.ending {
            Ending::Session => 401,
            Ending::Membership => 404,
            Ending::Role | Ending::Permission => 403,
        }
    }

    async fn end_right(&self) {
        let services = self.app.services();
        let work = &mut self.app.work();
        let caller = self.fixtures.caller(self.caller);
        let account = caller.account();
        match self.ending {
            Ending::Session => {
                let ended = services.sessions.blacklist(work, caller.refresh(), None).await;
                ended.expect("a session");
            }
            Ending::Membership => {
                let path = format!("/api/v1/orgs/acme/members/{}/", account.slug);
                done(self.another_owner().await.delete(&path, ()).await);
            }
            Ending::Role => {
                let path = format!("/api/v1/orgs/acme/members/{}/", account.slug);
                let role = json!({"role": self.role_below()});
                done(self.another_owner().await.patch(&path, role).await);
            }
            Ending::Permission => {
                let sql = [
                    format!("DELETE FROM account_roles WHERE account_id = {}", account.id),
                    format!("UPDATE accounts SET role = 'user' WHERE id = {}", account.id),
                ];
                for sql in sql {
                    self.app.execute(&sql).await;
                }
            }
        }
    }

    fn role_below(&self) -> &'static str {
        match self.caller {
            CallerKind::In(OrgRole::Owner) => "admin",
            _ => "member",
        }
    }

    /// Returns an owner of the organization who is not the caller.
    async fn another_owner(&self) -> &Caller<'_> {
        let owner = self.fixtures.caller(CallerKind::In(OrgRole::Owner));
        if self.caller != CallerKind::In(OrgRole::Owner) {
            return owner;
        }
        let manager = self.fixtures.caller(CallerKind::In(OrgRole::Admin));
        let path = format!("/api/v1/orgs/acme/members/{}/", manager.account().slug);
        done(owner.patch(&path, json!({"role": "owner"})).await);
        manager
    }
}

fn done(response: Response) {
    assert!(response.status.is_success(), "{response}");
}
