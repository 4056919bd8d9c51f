//! Fixtures of the access matrix: an organization with members of every role, and resources that administrators manage.

use std::borrow::Cow;

use crate::surface_name::SurfaceName;
use loggia_identity::OrgRole;
use serde_json::{Value, json};

use super::callers::CallerKind;
use super::tables::Operation;
use crate::app::{Caller, Request, Response, TestApp};

/// Accounts and resources, created over the wire.
pub(crate) struct Fixtures<'app> {
    pub(crate) face: SurfaceName,
    app: &'app TestApp,
    callers: Vec<(CallerKind, Caller<'app>)>,
    /// Path prefix, placeholder and value; the prefixes of one placeholder do not overlap.
    placeholders: Vec<(&'static str, &'static str, String)>,
}

/// A name that no organization, contact or account has.
const UNKNOWN: &str = "unknown-here";

impl<'app> Fixtures<'app> {
    /// Creates what the operations of this surface address.
    pub(crate) async fn create(app: &'app TestApp, face: SurfaceName) -> Self {
        let mut fixtures = Self {
            face,
            app,
            callers: vec![(CallerKind::Anonymous, app.anonymous())],
            placeholders: Vec::new(),
        };
        let mut some = vec![
            (CallerKind::Deactivated, "deactivated"),
            (CallerKind::Stranger, "stranger"),
            (CallerKind::In(OrgRole::Member), "member"),
            (CallerKind::In(OrgRole::Admin), "manager"),
            (CallerKind::In(OrgRole::Owner), "owner"),
        ];
        if face == SurfaceName::Api {
            some.push((CallerKind::Administrator, "administrator"));
            let holders = CallerKind::HOLDERS.iter().filter_map(|kind| match kind {
                CallerKind::Holder(codename) => Some((*kind, *codename)),
                _ => None,
            });
            some.extend(holders);
        }
        for (kind, name) in some {
            fixtures.callers.push((kind, app.user(name).await));
        }
        fixtures.callers.push((CallerKind::Superuser, app.admin().await));
        match face {
            SurfaceName::Djoser | SurfaceName::Users => {}
            SurfaceName::Api => fixtures.create_administration().await,
            SurfaceName::V1 => fixtures.create_organization().await,
        }
        let deactivated = fixtures.caller(CallerKind::Deactivated).account().id;
        let accounts = &app.services().accounts;
        accounts.set_active(&mut app.work(), deactivated, false).await.expect("an account");
        fixtures
    }

    /// Returns the caller of this kind with its own credentials.
    pub(crate) fn caller(&self, kind: CallerKind) -> &Caller<'app> {
        let found = self.callers.iter().find(|(known, _)| *known == kind);
        &found.expect("a caller of this kind").1
    }

    fn placeholder(
        &mut self,
        beginning: &'static str,
        placeholder: &'static str,
        with: impl ToString,
    ) {
        self.placeholders.push((beginning, placeholder, with.to_string()));
    }

    async fn create_organization(&mut self) {
        let owner = self.caller(CallerKind::In(OrgRole::Owner));
        done(owner.post("/api/v1/orgs/", json!({"name": "Acme"})).await);
        let members = "/api/v1/orgs/acme/members/";
        for (name, role) in [("member", "member"), ("manager", "admin")] {
            done(owner.post(members, json!({"username": name, "role": role})).await);
        }
        let contact = json!({"organization": "acme", "display_name": "Jane Roe"});
        done(owner.post("/api/v1/contacts/", contact).await);
        let tagged = "/api/v1/orgs/acme/tags/contacts/contact/jane-roe/";
        let tags = done(owner.post(tagged, r#"["vip"]"#).await);
        let tag = tags[0]["id"].clone();
        // An account that is not a member yet, and one that is.
        self.app.user("bystander").await;
        self.app.user("colleague").await;
        let colleague = json!({"username": "colleague", "role": "member"});
        done(owner.post(members, colleague).await);
        self.placeholder("/api/v1/", "{org_slug}", "acme");
        self.placeholder("/api/v1/", "{user_slug}", "colleague");
        self.placeholder("/api/v1/contacts/", "{slug}", "jane-roe");
        self.placeholder("/api/v1/orgs/", "{slug}", "vip");
        self.placeholder("/api/v1/", "{app_label}", "contacts");
        self.placeholder("/api/v1/", "{model}", "contact");
        self.placeholder("/api/v1/", "{obj_id}", "jane-roe");
        self.placeholder("/api/v1/", "{tag_id}", tag);
    }

    async fn create_administration(&mut self) {
        let superuser = self.caller(CallerKind::Superuser);
        let number = |response: Value| response["id"].clone();
        let all = done(superuser.get("/api/permissions/").await);
        for (kind, caller) in &self.callers {
            let CallerKind::Holder(codename) = kind else {
                continue;
            };
            let permissions = all.as_array().expect("a list").iter();
            let permission = permissions
                .filter(|permission| permission["codename"] == *codename)
                .map(|permission| permission["id"].clone());
            let permission_ids: Vec<_> = permission.collect();
            assert_eq!(permission_ids.len(), 1, "{codename}");
            let role = json!({"name": format!("has {codename}"), "permission_ids": permission_ids});
            let role = number(done(superuser.post("/api/roles/", role).await));
            let gift = json!({"user": caller.account().id.get(), "role": role});
            done(superuser.post("/api/user-roles/", gift).await);
        }
        let administrator = self.caller(CallerKind::Administrator).account().id;
        let promotion = format!("/api/auth/admin/users/{administrator}/change_role/");
        done(superuser.post(&promotion, json!({"role": "admin"})).await);

        let bystander = self.app.user("bystander").await.account().id.get();
        let role = number(done(superuser.post("/api/roles/", json!({"name": "plain"})).await));
        let gift = json!({"user": bystander, "role": role});
        let gift = number(done(superuser.post("/api/user-roles/", gift).await));
        let permission = json!({"name": "May", "codename": "may"});
        let permission = number(done(superuser.post("/api/permissions/", permission).await));
        for path in ["/api/services/", "/api/projects/", "/api/blog/"] {
            done(superuser.post(path, json!({"title": "Painting"})).await);
        }
        self.placeholder("/api/users/", "{id}", bystander);
        self.placeholder("/api/auth/admin/users/", "{id}", bystander);
        self.placeholder("/api/roles/", "{id}", role);
        self.placeholder("/api/user-roles/", "{id}", gift);
        self.placeholder("/api/permissions/", "{id}", permission);
        self.placeholder("/api/", "{slug}", "painting");
    }

    /// Returns the path with its placeholders filled, except those for the caller's own account.
    pub(crate) fn fill(&self, path: &str) -> String {
        let mut filled = path.to_owned();
        for (beginning, placeholder, with) in &self.placeholders {
            if path.starts_with(beginning) {
                filled = filled.replace(placeholder, with);
            }
        }
        filled
    }

    /// Returns the path with all placeholders filled.
    pub(crate) fn path(&self, operation: &Operation, kind: CallerKind) -> String {
        let mut path = self.fill(operation.path);
        if self.face == SurfaceName::Djoser {
            // The caller's own id.
            let own = match kind {
                CallerKind::Anonymous => 1,
                kind => self.caller(known(kind)).account().id.get(),
            };
            path = path.replace("{id}", &own.to_string());
        }
        assert!(!path.contains('{'), "unfilled placeholder in {path}");
        if operation.path.ends_with("/search/") {
            path.push_str("?q=vip");
        }
        path
    }

    /// Sends the operation to this path.
    pub(crate) async fn send_to(
        &self,
        operation: &Operation,
        path: &str,
        kind: CallerKind,
    ) -> Response {
        self.send(operation, path, body(operation), kind).await
    }

    /// Sends the operation as [`Fixtures::send_to`] does, with an unknown name instead of the organization, or of the
    /// contact if the path names no organization.
    pub(crate) async fn send_to_unknown(
        &self,
        operation: &Operation,
        kind: CallerKind,
    ) -> Response {
        let path = self.path(operation, kind);
        let body = body(operation);
        let (path, body) = if path.contains("/acme/") {
            (path.replace("/acme/", &format!("/{UNKNOWN}/")), body)
        } else if path.contains("/jane-roe/") {
            (path.replace("/jane-roe/", &format!("/{UNKNOWN}/")), body)
        } else {
            (path, Cow::Owned(body.replace("acme", UNKNOWN)))
        };
        self.send(operation, &path, body, kind).await
    }

    async fn send(
        &self,
        operation: &Operation,
        path: &str,
        body: Cow<'static, str>,
        kind: CallerKind,
    ) -> Response {
        let request = with_body(operation, path, body);
        let bearer = |token: &str| format!("Bearer {token}");
        let stranger = || self.caller(CallerKind::Stranger);
        let credential = match kind {
            CallerKind::Forged => bearer(&signed_with_another_key(stranger().access())),
            CallerKind::Garbage => bearer(&"0".repeat(40)),
            CallerKind::Refresh => bearer(stranger().refresh()),
            kind => return self.caller(kind).send(request).await,
        };
        self.app.send(request.header("Authorization", &credential)).await
    }
}

/// Returns the kind of caller whose account an invalid credential names.
fn known(kind: CallerKind) -> CallerKind {
    match kind {
        CallerKind::Forged | CallerKind::Garbage | CallerKind::Refresh => CallerKind::Stranger,
        kind => kind,
    }
}

/// Returns the request of an operation with its own body, without credentials.
pub(crate) fn request(operation: &Operation, path: &str) -> Request {
    with_body(operation, path, body(operation))
}

fn with_body(operation: &Operation, path: &str, body: Cow<'static, str>) -> Request {
    let request = Request::new(operation.method, path);
    if operation.method == "GET" {
        return request;
    }
    request.header("Content-Type", "application/json").body(body.into_owned())
}

fn body(operation: &Operation) -> Cow<'static, str> {
    Cow::Borrowed(match operation.body {
        "" => "{}",
        body => body,
    })
}

fn signed_with_another_key(token: &str) -> String {
    let (signed, _) = token.rsplit_once('.').expect("a token with a signature");
    format!("{signed}.{}", "A".repeat(43))
}

/// Asserts that creating a fixture succeeded, and returns the body.
fn done(response: Response) -> Value {
    assert!(response.status.is_success(), "{response}");
    response.try_json().unwrap_or_default()
}
