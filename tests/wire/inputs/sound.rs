//! A body that its operation takes, so that one odd value in it is all that is wrong.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::Taking;
use crate::app::{Caller, TestApp};

/// A sound value for every field that any operation has. `n` makes new what must be new.
///
/// # Panics
/// For a field that is not known here: say what is sound for it.
pub(super) fn sound(operation: &Taking, field: &str, caller: &Caller<'_>, n: usize) -> Value {
    let account = caller.account();
    let names_somebody = ["login", "pair", "jwt_create", "reset", "resend"]
        .iter()
        .any(|word| operation.id.contains(word));
    let text = match field {
        "email" if names_somebody => format!("{}@example.com", account.username.as_str()),
        "email" => format!("new{n}@example.com"),
        "username" if names_somebody => account.username.as_str().to_owned(),
        "username" | "new_username" => format!("new{n}"),
        "password" | "re_password" | "confirm_password" | "current_password" | "old_password"
        | "new_password" => TestApp::PASSWORD.to_owned(),
        "refresh" => caller.refresh().to_owned(),
        "token" => caller.access().to_owned(),
        "uid" => URL_SAFE_NO_PAD.encode(account.id.to_string()),
        "first_name" | "last_name" | "company_name" | "location" | "about" => "Ann".to_owned(),
        "phone_number" => "1234567890".to_owned(),
        _ => panic!("{}: nobody knows a sound {field}", operation.name()),
    };
    Value::from(text)
}

/// The members of a sound body, in JSON, with one field's value replaced, and left out where the value is `None`.
///
/// Where a password is asked for twice both are replaced: else nothing but the difference would be looked at.
pub(super) fn members(
    operation: &Taking,
    (replaced, value): (&str, Option<&str>),
    caller: &Caller<'_>,
    n: usize,
) -> Vec<String> {
    let is_twice =
        |field: &str| replaced == "password" && matches!(field, "re_password" | "confirm_password");
    operation
        .fields
        .iter()
        .filter_map(|field| {
            if field == replaced || is_twice(field) {
                value.map(|value| format!("\"{field}\": {value}"))
            } else {
                let value = sound(operation, field, caller, n);
                Some(format!("\"{field}\": {value}"))
            }
        })
        .collect()
}
