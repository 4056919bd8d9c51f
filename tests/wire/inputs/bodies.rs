//! Every operation with bodies that are invalid as a whole.

use std::fmt::Write;

use super::stage::Stage;
use super::{Told, face, forms, taking, values};
use crate::app::TestApp;

/// Formats the responses of a surface to unusual bodies. Both databases share one snapshot.
async fn told_by(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let mut stage = Stage::of(&app, face(surface)).await;
    let mut all = String::new();
    for operation in taking(&app, surface) {
        let name = operation.name();
        let mut told = Told::default();
        for (case, body) in values::bodies() {
            let answer = stage.send(&operation, "application/json", &body).await;
            told.take(operation.face, case, &name, &answer);
        }
        let mut of_forms = Told::default();
        for (case, kind, body) in forms::all() {
            let answer = stage.send(&operation, kind, &body).await;
            of_forms.take(operation.face, case, &name, &answer);
        }
        writeln!(all, "{name}{told}\n {name} as a form{of_forms}").expect("a text");
    }
    app.sent_mail().await;
    all
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
