//! A body that its operation takes, so that one odd value in it is all that is wrong.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Taking;
use super::stage::Stage;
use crate::app::TestApp;

/// A sound value for every field that any operation has. `n` makes new what must be new.
///
/// # Panics
/// For a field that is not known here: say what is sound for it.
pub(super) fn sound(operation: &Taking, field: &str, stage: &Stage<'_>, n: usize) -> Value {
    let caller = &stage.someone;
    let account = caller.account();
    let names_somebody = ["login", "pair", "jwt_create", "reset", "resend", "members"]
        .iter()
        .any(|word| operation.id.contains(word));
    let is_post = operation.method == "POST";
    let text = match field {
        "email" if names_somebody => format!("{}@example.com", account.username.as_str()),
        "email" => format!("new{n}@example.com"),
        "username" if names_somebody => account.username.as_str().to_owned(),
        "username" | "new_username" | "name" | "codename" => format!("new{n}"),
        "password" | "re_password" | "confirm_password" | "current_password" | "old_password"
        | "new_password" => TestApp::PASSWORD.to_owned(),
        "refresh" => caller.refresh().to_owned(),
        "token" => caller.access().to_owned(),
        "uid" => URL_SAFE_NO_PAD.encode(account.id.to_string()),
        "first_name" | "last_name" | "company_name" | "location" | "about" | "description"
        | "notes" => "Ann".to_owned(),
        "phone_number" | "phone" => "1234567890".to_owned(),
        "slug" if is_post => format!("new{n}"),
        // That of the entry which is asked about.
        "slug" => "painting".to_owned(),
        "title" => "Painting".to_owned(),
        "display_name" => "Jane Roe".to_owned(),
        "organization" => "acme".to_owned(),
        "filename" => "garden.png".to_owned(),
        "content_type" => "image/png".to_owned(),
        "folder" => "pictures".to_owned(),
        "role" if operation.path == "/api/user-roles/" => return stage.role(),
        "role" if names_somebody => "member".to_owned(),
        "role" => "user".to_owned(),
        "user" => return account.id.get().into(),
        "permission_ids" => return json!([]),
        "is_active" | "is_published" => return Value::Bool(true),
        _ => panic!("{}: nobody knows a sound {field}", operation.name()),
    };
    Value::from(text)
}

/// The members of a sound body, in JSON, with one field's value replaced, and left out where the value is `None`.
///
/// Where a password is asked for twice both are replaced: else nothing but the difference would be looked at. Where an account
/// is named by its name or its address, it is by one of them.
pub(super) fn members(
    operation: &Taking,
    (replaced, value): (&str, Option<&str>),
    stage: &Stage<'_>,
    n: usize,
) -> Vec<String> {
    let is_twice =
        |field: &str| replaced == "password" && matches!(field, "re_password" | "confirm_password");
    let is_too_much = |field: &str| {
        let other = if replaced == "email" {
            "username"
        } else {
            "email"
        };
        operation.id == "v1_orgs_members_add" && field == other
    };
    operation
        .fields
        .iter()
        .filter(|field| !is_too_much(field))
        .filter_map(|field| {
            if field == replaced || is_twice(field) {
                value.map(|value| format!("\"{field}\": {value}"))
            } else {
                let value = sound(operation, field, stage, n);
                Some(format!("\"{field}\": {value}"))
            }
        })
        .collect()
}
