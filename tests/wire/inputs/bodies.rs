//! Every operation with bodies that are wrong as a whole.

use std::fmt::Write;

use super::{Told, forms, taking, values};
use crate::app::{Request, TestApp};

/// What the operations of a surface say to odd bodies. The snapshot is one for both databases.
async fn told_by(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let somebody = app.user("somebody").await;
    let id = somebody.account().id.to_string();
    let mut all = String::new();
    for operation in taking(&app, surface) {
        let (name, path) = (operation.name(), operation.path.replace("{id}", &id));
        let request = |kind: &str, body: &[u8]| {
            Request::new(&operation.method, &path)
                .header("Content-Type", kind)
                .body(body)
        };
        let mut told = Told::default();
        for (case, body) in values::bodies() {
            let request = request("application/json", &body);
            let answer = if operation.is_guarded {
                somebody.send(request).await
            } else {
                app.send(request).await
            };
            told.take(operation.face, case, &name, &answer);
        }
        let mut of_forms = Told::default();
        for (case, kind, body) in forms::all() {
            let request = request(kind, &body);
            let answer = if operation.is_guarded {
                somebody.send(request).await
            } else {
                app.send(request).await
            };
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
