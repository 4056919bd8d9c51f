//! Fixtures of the access matrix: an organization with members of every role, and resources that administrators manage.

use std::borrow::Cow;

use crate::surface_name::SurfaceName;
use loggia_identity::OrgRole;
use serde_json::{Value, json};

use super::people::Asking;
use super::tables::Operation;
use crate::app::{Answer, Caller, Request, TestApp};

/// Accounts and resources, created over the wire.
pub(crate) struct World<'app> {
    pub(crate) face: SurfaceName,
    app: &'app TestApp,
    people: Vec<(Asking, Caller<'app>)>,
    /// Path prefix, placeholder and value; the prefixes of one placeholder do not overlap.
    gaps: Vec<(&'static str, &'static str, String)>,
}

/// A name that no organization, contact or account has.
const UNKNOWN: &str = "unknown-here";

impl<'app> World<'app> {
    /// Creates what the operations of this surface address.
    pub(crate) async fn furnished(app: &'app TestApp, face: SurfaceName) -> Self {
        let mut world = Self {
            face,
            app,
            people: vec![(Asking::Anonymous, app.anonymous())],
            gaps: Vec::new(),
        };
        let mut some = vec![
            (Asking::Deactivated, "deactivated"),
            (Asking::Stranger, "stranger"),
            (Asking::In(OrgRole::Member), "member"),
            (Asking::In(OrgRole::Admin), "manager"),
            (Asking::In(OrgRole::Owner), "owner"),
        ];
        if face == SurfaceName::Api {
            some.push((Asking::Administrator, "administrator"));
            let holders = Asking::HOLDERS.iter().filter_map(|asking| match asking {
                Asking::Holder(codename) => Some((*asking, *codename)),
                _ => None,
            });
            some.extend(holders);
        }
        for (asking, name) in some {
            world.people.push((asking, app.user(name).await));
        }
        world.people.push((Asking::Superuser, app.admin().await));
        match face {
            SurfaceName::Djoser | SurfaceName::Users => {}
            SurfaceName::Api => world.furnish_administration().await,
            SurfaceName::V1 => world.furnish_organisation().await,
        }
        let shut_out = world.who(Asking::Deactivated).account().id;
        let accounts = &app.services().accounts;
        accounts
            .set_active(shut_out, false)
            .await
            .expect("an account");
        world
    }

    /// Returns the caller of this kind with its own credentials.
    pub(crate) fn who(&self, asking: Asking) -> &Caller<'app> {
        let found = self.people.iter().find(|(known, _)| *known == asking);
        &found.expect("a caller of this kind").1
    }

    fn gap(&mut self, beginning: &'static str, gap: &'static str, with: impl ToString) {
        self.gaps.push((beginning, gap, with.to_string()));
    }

    async fn furnish_organisation(&mut self) {
        let owner = self.who(Asking::In(OrgRole::Owner));
        done(owner.post("/api/v1/orgs/", json!({"name": "Acme"})).await);
        let members = "/api/v1/orgs/acme/members/";
        for (name, role) in [("member", "member"), ("manager", "admin")] {
            done(
                owner
                    .post(members, json!({"username": name, "role": role}))
                    .await,
            );
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
        self.gap("/api/v1/", "{org_slug}", "acme");
        self.gap("/api/v1/", "{user_slug}", "colleague");
        self.gap("/api/v1/contacts/", "{slug}", "jane-roe");
        self.gap("/api/v1/orgs/", "{slug}", "vip");
        self.gap("/api/v1/", "{app_label}", "contacts");
        self.gap("/api/v1/", "{model}", "contact");
        self.gap("/api/v1/", "{obj_id}", "jane-roe");
        self.gap("/api/v1/", "{tag_id}", tag);
    }

    async fn furnish_administration(&mut self) {
        let superuser = self.who(Asking::Superuser);
        let number = |answer: Value| answer["id"].clone();
        let all = done(superuser.get("/api/permissions/").await);
        for (asking, person) in &self.people {
            let Asking::Holder(codename) = asking else {
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
            let gift = json!({"user": person.account().id.get(), "role": role});
            done(superuser.post("/api/user-roles/", gift).await);
        }
        let administrator = self.who(Asking::Administrator).account().id;
        let promotion = format!("/api/auth/admin/users/{administrator}/change_role/");
        done(superuser.post(&promotion, json!({"role": "admin"})).await);

        let bystander = self.app.user("bystander").await.account().id.get();
        let role = number(done(
            superuser
                .post("/api/roles/", json!({"name": "plain"}))
                .await,
        ));
        let gift = json!({"user": bystander, "role": role});
        let gift = number(done(superuser.post("/api/user-roles/", gift).await));
        let permission = json!({"name": "May", "codename": "may"});
        let permission = number(done(superuser.post("/api/permissions/", permission).await));
        for path in ["/api/services/", "/api/projects/", "/api/blog/"] {
            done(superuser.post(path, json!({"title": "Painting"})).await);
        }
        self.gap("/api/users/", "{id}", bystander);
        self.gap("/api/auth/admin/users/", "{id}", bystander);
        self.gap("/api/roles/", "{id}", role);
        self.gap("/api/user-roles/", "{id}", gift);
        self.gap("/api/permissions/", "{id}", permission);
        self.gap("/api/", "{slug}", "painting");
    }

    /// Returns the path with its placeholders filled, except those for the caller's own account.
    pub(crate) fn fill(&self, path: &str) -> String {
        let mut filled = path.to_owned();
        for (beginning, gap, with) in &self.gaps {
            if path.starts_with(beginning) {
                filled = filled.replace(gap, with);
            }
        }
        filled
    }

    /// Returns the path with all placeholders filled.
    pub(crate) fn path(&self, operation: &Operation, asking: Asking) -> String {
        let mut path = self.fill(operation.path);
        if self.face == SurfaceName::Djoser {
            // The caller's own id.
            let own = match asking {
                Asking::Anonymous => 1,
                asking => self.who(known(asking)).account().id.get(),
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
    pub(crate) async fn ask(&self, operation: &Operation, path: &str, asking: Asking) -> Answer {
        self.send(operation, path, body(operation), asking).await
    }

    /// Sends the operation as [`World::ask`] does, with an unknown name instead of the organization, or of the contact
    /// if the path names no organization.
    pub(crate) async fn ask_for_the_unknown(
        &self,
        operation: &Operation,
        asking: Asking,
    ) -> Answer {
        let path = self.path(operation, asking);
        let body = body(operation);
        let (path, body) = if path.contains("/acme/") {
            (path.replace("/acme/", &format!("/{UNKNOWN}/")), body)
        } else if path.contains("/jane-roe/") {
            (path.replace("/jane-roe/", &format!("/{UNKNOWN}/")), body)
        } else {
            (path, Cow::Owned(body.replace("acme", UNKNOWN)))
        };
        self.send(operation, &path, body, asking).await
    }

    async fn send(
        &self,
        operation: &Operation,
        path: &str,
        body: Cow<'static, str>,
        asking: Asking,
    ) -> Answer {
        let mut request = Request::new(operation.method, path);
        if operation.method != "GET" {
            request = request
                .header("Content-Type", "application/json")
                .body(body.into_owned());
        }
        let bearer = |token: &str| format!("Bearer {token}");
        let stranger = || self.who(Asking::Stranger);
        let credential = match asking {
            Asking::Forged => bearer(&signed_with_another_key(stranger().access())),
            Asking::Garbage => bearer(&"0".repeat(40)),
            Asking::Refresh => bearer(stranger().refresh()),
            asking => return self.who(asking).send(request).await,
        };
        self.app
            .send(request.header("Authorization", &credential))
            .await
    }
}

/// Returns the kind of caller whose account an invalid credential names.
fn known(asking: Asking) -> Asking {
    match asking {
        Asking::Forged | Asking::Garbage | Asking::Refresh => Asking::Stranger,
        asking => asking,
    }
}

fn body(operation: &Operation) -> Cow<'static, str> {
    Cow::Borrowed(match operation.body {
        "" => "{}",
        sound => sound,
    })
}

fn signed_with_another_key(token: &str) -> String {
    let (signed, _) = token.rsplit_once('.').expect("a token with a signature");
    format!("{signed}.{}", "A".repeat(43))
}

/// Asserts that creating a fixture succeeded, and returns the body.
fn done(answer: Answer) -> Value {
    assert!(answer.status.is_success(), "{answer}");
    answer.try_json().unwrap_or_default()
}
