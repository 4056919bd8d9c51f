//! Unusual queries.

use std::fmt::Write;

use crate::surface_name::SurfaceName;
use gateway::Gateway;
use serde_json::Value;

use super::environment::{Environment, privileged_caller};
use super::{Statuses, document, face, values};
use crate::app::TestApp;

/// Unknown parameters are ignored, except `format`.
#[actix_web::test]
async fn with_unknown_parameters_change_nothing_except_the_format() {
    for face in [SurfaceName::Djoser, SurfaceName::Users, SurfaceName::Api, SurfaceName::V1] {
        let app = TestApp::spawn().await;
        let environment = Environment::of(&app, face).await;
        let gateway = Gateway::new(app.services().clone());
        let entries = gateway.table().entries().iter();

        for entry in entries.filter(|entry| SurfaceName::of(entry.surface) == face) {
            let path = environment.path(&entry.path);
            assert!(!path.contains('{'), "unfilled placeholder in {path}");
            let caller =
                privileged_caller(&environment.fixtures, &path).unwrap_or(&environment.own_caller);
            let plain = caller.options(&path).await;
            for (case, piece) in values::pieces() {
                let name = format!("{path}: {case}");
                let target = format!("{path}?x={piece}&{piece}=x");
                let response = caller.options(&target).await;
                assert_eq!(response.to_string(), plain.to_string(), "{name}");

                let target = format!("{path}?format={piece}");
                let response = caller.options(&target).await;
                let status = if face.is_rest_framework() { 404 } else { 405 };
                assert_eq!(response.status, status, "{name}: {response}");
            }
        }
    }
}

/// A parameter of a list.
struct Parameter {
    path: String,
    name: String,
    /// The other required parameters, with valid values.
    beside: String,
}

/// Returns the parameters of the lists of a surface.
fn parameters(says: &Value) -> Vec<Parameter> {
    let mut found = Vec::new();
    for (path, item) in says["paths"].as_object().expect("paths") {
        let operation = &item["get"];
        let all: Vec<&Value> = operation["parameters"]
            .as_array()
            .map_or_else(Vec::new, |all| all.iter().filter(|one| one["in"] == "query").collect());
        // Operations that are not lists are tested elsewhere.
        if !all.iter().any(|one| one["name"] == "limit") {
            continue;
        }
        for one in &all {
            let others = all.iter().filter(|other| other["name"] != one["name"]);
            let needed = others.filter(|other| other["required"] == true);
            let beside =
                needed.map(|other| format!("&{}=v", other["name"].as_str().expect("a name")));
            found.push(Parameter {
                path: path.clone(),
                name: one["name"].as_str().expect("a name").to_owned(),
                beside: beside.collect(),
            });
        }
    }
    found
}

/// Formats the responses of a surface to unusual queries. Both databases share one snapshot.
async fn statuses_of(surface: &str) -> String {
    let app = TestApp::spawn().await;
    let face = face(surface);
    let environment = Environment::of(&app, face).await;
    let mut all = String::new();
    for parameter in parameters(&document(&app, surface)) {
        let Parameter { path, name, beside } = &parameter;
        let filled = environment.path(path);
        let caller =
            privileged_caller(&environment.fixtures, &filled).unwrap_or(&environment.own_caller);
        let mut statuses = Statuses::default();
        let pieces = values::pieces().into_iter();
        let pieces = pieces.map(|(case, piece)| (case, format!("{name}={piece}")));
        let whole = [
            ("name alone", name.clone()),
            ("empty", format!("{name}=")),
            ("comma", format!("{name}=,")),
            ("two signs", format!("{name}=--id")),
            ("twice", format!("{name}=x&{name}=y")),
            ("brackets", format!("{name}[]=x")),
            ("in capitals", format!("{}=x", name.to_uppercase())),
        ];
        for (case, query) in pieces.chain(whole) {
            let target = format!("{filled}?{query}{beside}");
            let response = caller.get(&target).await;
            statuses.take(face, case, &format!("GET {target}"), &response);
        }
        // Naming an unknown organization is a 404.
        let is_expected = |status: &u16| {
            matches!(status, 200 | 400) || (*status == 404 && name == "organization")
        };
        assert!(statuses.0.keys().all(is_expected), "{path}: {name}: {statuses}");
        writeln!(all, "GET {path}: {name}{statuses}").expect("a text");
    }
    all
}

#[actix_web::test]
async fn of_lists_on_api() {
    insta::assert_snapshot!(statuses_of("api").await);
}

#[actix_web::test]
async fn of_lists_on_v1() {
    insta::assert_snapshot!(statuses_of("v1").await);
}
