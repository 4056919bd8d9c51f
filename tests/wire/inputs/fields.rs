//! Every field of every body with every unusual value, one at a time.

use std::fmt::Write;

use serde_json::Value;

use super::sound::{members, sound};
use super::stage::Stage;
use super::{Taking, Told, face, taking, values};
use crate::app::TestApp;

/// Formats the responses of a surface to unusual fields. Both databases share one snapshot.
async fn told_by(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let mut stage = Stage::of(&app, face(surface)).await;
    let values = values::values();
    let mut all = String::new();
    for operation in taking(&app, surface) {
        for field in &operation.fields {
            let name = format!("{}: {field}", operation.name());
            let mut told = Told::default();
            for (case, value) in &values {
                let odd = (field.as_str(), Some(value.as_str()));
                let members = members(&operation, odd, &stage, stage.asked);
                let body = format!("{{{}}}", members.join(", "));
                let answer = stage.ask(&operation, &body).await;
                told.take(operation.face, case, &name, &answer);
            }
            for (case, body) in about_keys(&operation, field, &stage) {
                let answer = stage.ask(&operation, &body).await;
                told.take(operation.face, case, &name, &answer);
            }
            writeln!(all, "{name}{told}").expect("a text");
        }
    }
    // Every requested email can be rendered and sent, whatever the names in it.
    app.sent_mail().await;
    all
}

/// Returns bodies in which the key is missing, repeated, or in capitals.
fn about_keys(operation: &Taking, field: &str, stage: &Stage<'_>) -> [(&'static str, String); 4] {
    // Unique fields get a new value in each body.
    let base = |n: usize| {
        let n = 1_000_000 + 4 * stage.asked + n;
        let without = members(operation, (field, None), stage, n);
        (without, sound(operation, field, stage, n))
    };
    let with = |(mut members, sound): (Vec<String>, Value), more: &dyn Fn(&Value) -> String| {
        members.push(more(&sound));
        format!("{{{}}}", members.join(", "))
    };
    let odd = r#""a\u0000""#;
    let capitals = field.to_uppercase();
    [
        ("missing", format!("{{{}}}", base(0).0.join(", "))),
        (
            "twice, the last odd",
            with(base(1), &|sound| {
                format!(r#""{field}": {sound}, "{field}": {odd}"#)
            }),
        ),
        (
            "twice, the first odd",
            with(base(2), &|sound| {
                format!(r#""{field}": {odd}, "{field}": {sound}"#)
            }),
        ),
        (
            "in capitals",
            with(base(3), &|sound| format!(r#""{capitals}": {sound}"#)),
        ),
    ]
}

#[actix_web::test]
async fn of_djoser() {
    insta::assert_snapshot!(told_by("djoser").await);
}

#[actix_web::test]
async fn of_users() {
    insta::assert_snapshot!(told_by("users").await);
}

#[actix_web::test]
async fn of_api() {
    insta::assert_snapshot!(told_by("api").await);
}

#[actix_web::test]
async fn of_v1() {
    insta::assert_snapshot!(told_by("v1").await);
}
