//! Every field of every body with every unusual value, one at a time.

use std::fmt::Write;

use serde_json::Value;

use super::environment::Environment;
use super::valid_value::{members, valid_value};
use super::{BodyOperation, Statuses, face, object_operations, values};
use crate::app::TestApp;

/// Formats the responses of a surface to unusual fields. Both databases share one snapshot.
async fn statuses_of(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let mut environment = Environment::of(&app, face(surface)).await;
    let values = values::values();
    let mut all = String::new();
    for operation in object_operations(&app, surface) {
        for field in &operation.fields {
            let name = format!("{}: {field}", operation.name());
            let mut statuses = Statuses::default();
            for (case, value) in &values {
                let odd = (field.as_str(), Some(value.as_str()));
                let members = members(&operation, odd, &environment, environment.sent);
                let body = format!("{{{}}}", members.join(", "));
                let response = environment.send_json(&operation, &body).await;
                statuses.take(operation.face, case, &name, &response);
            }
            for (case, body) in about_keys(&operation, field, &environment) {
                let response = environment.send_json(&operation, &body).await;
                statuses.take(operation.face, case, &name, &response);
            }
            writeln!(all, "{name}{statuses}").expect("a text");
        }
    }
    // Every requested email can be rendered and sent, whatever the names in it.
    app.sent_mail().await;
    all
}

/// Returns bodies in which the key is missing, repeated, or in capitals.
fn about_keys(
    operation: &BodyOperation,
    field: &str,
    environment: &Environment<'_>,
) -> [(&'static str, String); 4] {
    // Unique fields get a new value in each body.
    let base = |n: usize| {
        let n = 1_000_000 + 4 * environment.sent + n;
        let without = members(operation, (field, None), environment, n);
        (without, valid_value(operation, field, environment, n))
    };
    let with = |(mut members, valid_value): (Vec<String>, Value),
                more: &dyn Fn(&Value) -> String| {
        members.push(more(&valid_value));
        format!("{{{}}}", members.join(", "))
    };
    let odd = r#""a\u0000""#;
    let capitals = field.to_uppercase();
    [
        ("missing", format!("{{{}}}", base(0).0.join(", "))),
        (
            "twice, the last odd",
            with(base(1), &|valid_value| format!(r#""{field}": {valid_value}, "{field}": {odd}"#)),
        ),
        (
            "twice, the first odd",
            with(base(2), &|valid_value| format!(r#""{field}": {odd}, "{field}": {valid_value}"#)),
        ),
        ("in capitals", with(base(3), &|valid_value| format!(r#""{capitals}": {valid_value}"#))),
    ]
}

#[actix_web::test]
async fn of_djoser() {
    insta::assert_snapshot!(statuses_of("djoser").await);
}

#[actix_web::test]
async fn of_users() {
    insta::assert_snapshot!(statuses_of("users").await);
}

#[actix_web::test]
async fn of_api() {
    insta::assert_snapshot!(statuses_of("api").await);
}

#[actix_web::test]
async fn of_v1() {
    insta::assert_snapshot!(statuses_of("v1").await);
}
