//! Valid bodies, so that one unusual value in them is the only error.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::BodyOperation;
use super::environment::Environment;
use crate::app::TestApp;

/// Returns a valid value for a field of any operation. `n` makes unique fields unique.
///
/// # Panics
/// For an unknown field: add a valid value for it here.
pub(super) fn valid_value(
    operation: &BodyOperation,
    field: &str,
    environment: &Environment<'_>,
    n: usize,
) -> Value {
    let caller = &environment.own_caller;
    let account = caller.account();
    let names_account = ["login", "pair", "jwt_create", "reset", "resend", "members"]
        .iter()
        .any(|word| operation.id.contains(word));
    let is_post = operation.method == "POST";
    let text = match field {
        "email" if names_account => format!("{}@example.com", account.username.as_str()),
        "email" => format!("new{n}@example.com"),
        "username" if names_account => account.username.as_str().to_owned(),
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
        // The slug of the addressed entry.
        "slug" => "painting".to_owned(),
        "title" => "Painting".to_owned(),
        "display_name" => "Jane Roe".to_owned(),
        "organization" => "acme".to_owned(),
        "filename" => "garden.png".to_owned(),
        "content_type" => "image/png".to_owned(),
        "folder" => "pictures".to_owned(),
        "role" if operation.path == "/api/user-roles/" => return environment.role(),
        "role" if names_account => "member".to_owned(),
        "role" => "user".to_owned(),
        "user" => return account.id.get().into(),
        "permission_ids" => return json!([]),
        "is_active" | "is_published" => return Value::Bool(true),
        _ => panic!("{}: no valid value is known for {field}", operation.name()),
    };
    Value::from(text)
}

/// Returns the members of a valid body as JSON, with one field's value replaced, or left out if the value is `None`.
///
/// If the password is sent twice, both are replaced: otherwise only the difference would be reported. Where an account
/// is named by its username or its email address, only one of them is sent.
pub(super) fn members(
    operation: &BodyOperation,
    (replaced, value): (&str, Option<&str>),
    environment: &Environment<'_>,
    n: usize,
) -> Vec<String> {
    let is_twice =
        |field: &str| replaced == "password" && matches!(field, "re_password" | "confirm_password");
    let is_too_much = |field: &str| {
        let other = if replaced == "email" { "username" } else { "email" };
        operation.id == "v1_orgs_members_create" && field == other
    };
    operation
        .fields
        .iter()
        .filter(|field| !is_too_much(field))
        .filter_map(|field| {
            if field == replaced || is_twice(field) {
                value.map(|value| format!("\"{field}\": {value}"))
            } else {
                let value = valid_value(operation, field, environment, n);
                Some(format!("\"{field}\": {value}"))
            }
        })
        .collect()
}
