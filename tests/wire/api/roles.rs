//! `/api/roles/` and `/api/roles/{id}/`. Source: docs/contract/api.md «Roles»; docs/contract/drf.md «Fields».

mod bodies;
mod operations;
mod privileges;
mod races;

use loggia_rbac::RoleId;

use crate::app::{Response, TestApp};

const ROLES: &str = "/api/roles/";
const FORBIDDEN: &str = r#"{"detail":"You do not have permission to perform this action."}"#;

fn at(id: RoleId) -> String {
    format!("{ROLES}{}/", id.get())
}

/// Returns the ids of permissions, as a body lists them.
async fn ids(app: &TestApp, codenames: &[&str]) -> Vec<i64> {
    let admin = app.services().roles.by_name(&mut app.work(), "Admin").await.unwrap();
    let carried = admin.permissions.iter();
    carried
        .filter(|permission| codenames.contains(&&*permission.codename))
        .map(|permission| permission.id.get())
        .collect()
}

async fn built_in(app: &TestApp) -> RoleId {
    app.services().roles.by_name(&mut app.work(), "Admin").await.unwrap().id
}

fn carried(response: &Response) -> Vec<String> {
    let body = response.json();
    let rows = body["permissions"].as_array().unwrap().iter();
    rows.map(|row| row["codename"].as_str().unwrap().to_owned()).collect()
}

fn assert_forbidden(response: &Response) {
    assert_eq!(response.status, 403, "{response}");
    assert_eq!(response.text(), FORBIDDEN);
}
