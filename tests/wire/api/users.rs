//! `/api/users/` and `/api/users/{id}/`. Source: docs/contract/api.md «Users», «Shared paths».

mod checks;
mod operations;
mod privileges;
mod sessions;

use serde_json::{Value, json};

use crate::app::Caller;

const USERS: &str = "/api/users/";

fn at(caller: &Caller<'_>) -> String {
    format!("{USERS}{}/", caller.account().id)
}

fn new_user(name: &str) -> Value {
    json!({
        "email": format!("{name}@example.com"),
        "username": name,
        "password": "SecurePass123!",
        "first_name": "Jane",
        "last_name": "Smith",
    })
}
