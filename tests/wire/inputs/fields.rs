//! Every field of every body with every odd value, one at a time.

use std::fmt::Write;

use serde_json::Value;

use super::sound::{members, sound};
use super::{Taking, Told, taking, values};
use crate::app::{Answer, Caller, TestApp};

/// Somebody who asks, replaced by somebody new whenever an operation succeeded: it may have ended what he has.
struct Someone<'app> {
    app: &'app TestApp,
    caller: Caller<'app>,
    asked: usize,
}

impl<'app> Someone<'app> {
    async fn of(app: &'app TestApp) -> Self {
        let caller = app.user("person0").await;
        Self {
            app,
            caller,
            asked: 0,
        }
    }

    async fn ask(&mut self, operation: &Taking, body: &str) -> Answer {
        self.asked += 1;
        let id = self.caller.account().id.to_string();
        let path = operation.path.replace("{id}", &id);
        let answer = if operation.is_guarded {
            self.caller.ask(&operation.method, &path, body).await
        } else {
            self.app
                .anonymous()
                .ask(&operation.method, &path, body)
                .await
        };
        if answer.status.is_success() {
            self.caller = self.app.user(&format!("person{}", self.asked)).await;
        }
        answer
    }
}

/// What the operations of a surface say to odd fields. The snapshot is one for both databases.
async fn told_by(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let mut someone = Someone::of(&app).await;
    let values = values::values();
    let mut all = String::new();
    for operation in taking(&app, surface) {
        for field in &operation.fields {
            let name = format!("{}: {field}", operation.name());
            let mut told = Told::default();
            for (case, value) in &values {
                let members = members(
                    &operation,
                    (field, Some(value)),
                    &someone.caller,
                    someone.asked,
                );
                let body = format!("{{{}}}", members.join(", "));
                let answer = someone.ask(&operation, &body).await;
                told.take(operation.face, case, &name, &answer);
            }
            for (case, body) in about_keys(&operation, field, &someone) {
                let answer = someone.ask(&operation, &body).await;
                told.take(operation.face, case, &name, &answer);
            }
            writeln!(all, "{name}{told}").expect("a text");
        }
    }
    // Every letter that somebody asked for can be sent, whatever he called himself.
    app.sent_mail().await;
    all
}

/// A key that is missing, twice there, or there under another name.
fn about_keys(
    operation: &Taking,
    field: &str,
    someone: &Someone<'_>,
) -> [(&'static str, String); 4] {
    // What must be new is new in each of them.
    let caller = &someone.caller;
    let base = |n: usize| {
        let n = 1_000_000 + 4 * someone.asked + n;
        let without = members(operation, (field, None), caller, n);
        (without, sound(operation, field, caller, n))
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
