//! Who asks for an operation, and that he finds there what it asks about, however often something was changed before.

use crate::surface_name::SurfaceName;
use loggia_identity::OrgRole;
use serde_json::{Value, json};

use super::Taking;
use crate::access::people::Asking;
use crate::access::world::World;
use crate::app::{Answer, Caller, Request, TestApp};

/// Below these the superuser asks.
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

/// Below these the owner of an organisation asks.
const ORGANIZATION: [&str; 2] = ["/api/v1/orgs/", "/api/v1/contacts/"];

/// A world, and somebody in it who asks for what is his own.
pub(super) struct Stage<'app> {
    pub(super) world: World<'app>,
    pub(super) someone: Caller<'app>,
    /// How often somebody asked.
    pub(super) asked: usize,
    app: &'app TestApp,
}

impl<'app> Stage<'app> {
    pub(super) async fn of(app: &'app TestApp, face: SurfaceName) -> Self {
        Self {
            world: World::furnished(app, face).await,
            someone: app.user("person0").await,
            asked: 0,
            app,
        }
    }

    /// Asks with a JSON body. Whoever succeeded is replaced by somebody new: it may have ended what he has.
    pub(super) async fn ask(&mut self, operation: &Taking, body: &str) -> Answer {
        let answer = self
            .send(operation, "application/json", body.as_bytes())
            .await;
        let is_kept = operation.is_guarded && keeper(&self.world, &operation.path).is_some();
        if answer.status.is_success() && !is_kept {
            self.someone = self.app.user(&format!("person{}", self.asked)).await;
        }
        answer
    }

    /// Asks with a body of this kind.
    pub(super) async fn send(&mut self, operation: &Taking, kind: &str, body: &[u8]) -> Answer {
        self.asked += 1;
        let path = self.path(&operation.path);
        let request = Request::new(&operation.method, &path)
            .header("Content-Type", kind)
            .body(body);
        if !operation.is_guarded {
            return self.app.send(request).await;
        }
        let Some(keeper) = keeper(&self.world, &operation.path) else {
            return self.someone.send(request).await;
        };
        let answer = keeper.send(request).await;
        if answer.status.is_success() {
            undo(keeper, operation, &path, &answer).await;
        }
        answer
    }

    /// The path with its gaps filled; an account that is not of the world is the caller's own.
    pub(super) fn path(&self, path: &str) -> String {
        let own = self.someone.account().id.to_string();
        self.world.fill(path).replace("{id}", &own)
    }

    /// The number of the role that the world gives away.
    pub(super) fn role(&self) -> Value {
        let path = self.world.fill("/api/roles/{id}/");
        let number = path.trim_end_matches('/').rsplit('/').next();
        let number = number.and_then(|number| number.parse::<i64>().ok());
        number.expect("a world with roles").into()
    }
}

/// Who asks below this path, where it is not anybody.
pub(super) fn keeper<'world, 'app>(
    world: &'world World<'app>,
    path: &str,
) -> Option<&'world Caller<'app>> {
    let is_below = |roots: &[&str]| roots.iter().any(|root| path.starts_with(root));
    match world.face {
        SurfaceName::Api if is_below(&ADMINISTRATION) => Some(world.who(Asking::Superuser)),
        SurfaceName::V1 if is_below(&ORGANIZATION) => Some(world.who(Asking::In(OrgRole::Owner))),
        _ => None,
    }
}

/// Takes away again what was made, and gives back its name to what was renamed: no case meets what another one left.
async fn undo(keeper: &Caller<'_>, operation: &Taking, path: &str, answer: &Answer) {
    let is_post = operation.method == "POST";
    if is_post && operation.path.ends_with("/{obj_id}/") {
        let (all, _) = path.split_once("contacts/").expect("what has tags");
        let answer = answer.json();
        for tag in answer.as_array().expect("tags") {
            if tag["slug"] != "vip" {
                done(&keeper.delete(&detail(all, tag), ()).await);
            }
        }
    } else if is_post && !operation.path.ends_with("/change_role/") {
        done(&keeper.delete(&detail(path, &answer.json()), ()).await);
    } else if operation.path.ends_with("/{slug}/") && keeper.get(path).await.status == 404 {
        let (collection, _) = operation.path.split_once("{slug}").expect("a gap");
        let moved = detail(collection, &answer.json());
        done(&keeper.delete(&moved, ()).await);
        let again = match collection {
            "/api/v1/contacts/" => json!({"organization": "acme", "display_name": "Jane Roe"}),
            _ => json!({"title": "Painting"}),
        };
        done(&keeper.post(collection, again).await);
        assert_eq!(keeper.get(path).await.status, 200, "{path}");
    }
}

/// The path of one thing in a collection.
fn detail(collection: &str, thing: &Value) -> String {
    match thing["slug"].as_str() {
        Some(slug) if !collection.ends_with("/tags/") => format!("{collection}{slug}/"),
        _ => format!("{collection}{}/", thing["id"]),
    }
}

fn done(answer: &Answer) {
    assert!(answer.status.is_success(), "{answer}");
}
