//! Every list in a body with every unusual value: as its only item, after a valid one, and instead of the list.

use std::fmt::Write;

use serde_json::Value;

use super::environment::Environment;
use super::valid_value::members;
use super::{BodyOperation, Statuses, operations, values};
use crate::app::TestApp;

/// The number of items in a long list: more than any operation accepts.
const MANY: usize = 1_001;

/// A list in a body, with a valid item.
struct List {
    operation: BodyOperation,
    /// The field of the list; `None` if the body itself is the list.
    field: Option<&'static str>,
    item: String,
}

impl List {
    fn name(&self) -> String {
        match self.field {
            Some(field) => format!("{}: {field}", self.operation.name()),
            None => self.operation.name(),
        }
    }

    fn body(&self, list: &str, environment: &Environment<'_>) -> String {
        match self.field {
            Some(field) => {
                let members =
                    members(&self.operation, (field, Some(list)), environment, environment.sent);
                format!("{{{}}}", members.join(", "))
            }
            None => list.to_owned(),
        }
    }
}

/// Returns the lists in the bodies of a surface.
fn lists(app: &TestApp, surface: &str) -> Vec<List> {
    let mut found = Vec::new();
    for (operation, schema) in operations(app, surface) {
        let kind = |schema: &Value| match schema["items"]["type"].as_str() {
            Some("integer") => "1".to_owned(),
            _ => "\"vip\"".to_owned(),
        };
        if schema["type"] == "array" {
            found.push(List { item: kind(&schema), field: None, operation });
        } else if !schema["properties"]["permission_ids"].is_null() {
            found.push(List {
                item: kind(&schema["properties"]["permission_ids"]),
                field: Some("permission_ids"),
                operation,
            });
        }
    }
    assert!(!found.is_empty(), "{surface}: no list");
    found
}

/// Formats the responses of a surface to unusual lists. Both databases share one snapshot.
async fn statuses_of(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let mut environment = Environment::of(&app, super::face(surface)).await;
    let mut all = String::new();
    for list in lists(&app, surface) {
        let name = list.name();
        for place in ["alone", "second", "instead"] {
            let mut statuses = Statuses::default();
            for (case, value) in values::values() {
                let put = match place {
                    "alone" => format!("[{value}]"),
                    "second" => format!("[{}, {value}]", list.item),
                    _ => value,
                };
                let body = list.body(&put, &environment);
                let response = environment.send_json(&list.operation, &body).await;
                statuses.take(list.operation.face, case, &name, &response);
            }
            writeln!(all, "{name}, {place}{statuses}").expect("a text");
        }
        let mut statuses = Statuses::default();
        let again = |times: usize| format!("[{}]", vec![&*list.item; times].join(", "));
        for (case, list_of) in [
            ("nothing", "[]".to_owned()),
            ("twice the same", again(2)),
            ("many", again(MANY)),
            ("a comma", format!("[{},]", list.item)),
            ("cut off", format!("[{}", list.item)),
        ] {
            let body = list.body(&list_of, &environment);
            let response = environment.send_json(&list.operation, &body).await;
            statuses.take(list.operation.face, case, &name, &response);
        }
        writeln!(all, "{name}, as a whole{statuses}").expect("a text");
    }
    all
}

#[actix_web::test]
async fn of_api() {
    insta::assert_snapshot!(statuses_of("api").await);
}

#[actix_web::test]
async fn of_v1() {
    insta::assert_snapshot!(statuses_of("v1").await);
}
