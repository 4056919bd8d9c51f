//! Every operation with bodies that are invalid as a whole.

use std::fmt::Write;

use super::environment::Environment;
use super::{Statuses, face, forms, object_operations, values};
use crate::app::TestApp;

/// Formats the responses of a surface to unusual bodies. Both databases share one snapshot.
async fn statuses_of(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let mut environment = Environment::of(&app, face(surface)).await;
    let mut all = String::new();
    for operation in object_operations(&app, surface) {
        let name = operation.name();
        let mut statuses = Statuses::default();
        for (case, body) in values::bodies() {
            let response = environment.send(&operation, "application/json", &body).await;
            statuses.take(operation.face, case, &name, &response);
        }
        let mut of_forms = Statuses::default();
        for (case, kind, body) in forms::all() {
            let response = environment.send(&operation, kind, &body).await;
            of_forms.take(operation.face, case, &name, &response);
        }
        writeln!(all, "{name}{statuses}\n {name} as a form{of_forms}").expect("a text");
    }
    app.sent_mail().await;
    all
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
