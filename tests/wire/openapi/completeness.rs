//! The documentation of each operation.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;

use super::{Operation, documents, operations};
use crate::app::TestApp;

#[actix_web::test]
async fn every_operation_has_a_unique_id() {
    let app = TestApp::spawn().await;
    let mut ids = BTreeMap::new();

    for operation in operations(&app) {
        let id = operation.says["operationId"].as_str().unwrap().to_owned();
        let prefix = format!("{}_", operation.surface);
        assert!(id.starts_with(&prefix), "{}: {id}", operation.name);
        let before = ids.insert(id, operation.name.clone());
        assert_eq!(before, None, "{} has the id of another operation", operation.name);
    }
}

#[actix_web::test]
async fn every_operation_documents_its_purpose_and_its_responses() {
    let app = TestApp::spawn().await;

    for Operation { surface, name, path, says } in operations(&app) {
        let summary = says["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.'), "{name}: {summary}");
        assert!(!summary.contains('`'), "{name}: {summary}");
        assert!(!says["tags"].as_array().unwrap().is_empty(), "{name}");

        let statuses: BTreeSet<&str> =
            says["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        let has = |status| statuses.contains(status);
        // djoser sends no activation emails, so this operation never succeeds.
        let never_succeeds = path == "/auth/users/resend_activation/";
        let succeeds = statuses.iter().any(|status| status.starts_with('2'));
        assert_ne!(succeeds, never_succeeds, "{name}");
        for status in ["429", "500", "503"] {
            assert!(has(status), "{name} does not document {status}");
        }
        let is_rest_framework = surface != "v1";
        assert_eq!(has("406"), is_rest_framework, "{name}");
        let has_body = says["requestBody"].is_object();
        if has_body {
            for status in ["400", "413"] {
                assert!(has(status), "{name} does not document {status}");
            }
            assert_eq!(has("415"), is_rest_framework, "{name}");
        }
        let is_guarded = says["security"] != serde_json::json!([]);
        assert!(has("401") || !is_guarded, "{name} does not document 401");
    }
}

#[actix_web::test]
async fn protected_operations_document_their_authentication() {
    let app = TestApp::spawn().await;

    for (surface, document) in documents(&app) {
        let scheme = &document["components"]["securitySchemes"]["bearer"];
        assert_eq!(scheme["type"], "http", "{surface}");
        assert_eq!(scheme["scheme"], "bearer", "{surface}");
    }
    for operation in operations(&app) {
        let Some(alternatives) = operation.says["security"].as_array() else {
            panic!("{} does not say whether it is public", operation.name);
        };
        if alternatives.is_empty() {
            continue;
        }
        let names = alternatives.iter().any(|one| one["bearer"].is_array());
        assert!(names, "{}: {alternatives:?}", operation.name);
        let path = operation.path.trim_end_matches('/').to_owned();
        let path = path.replace("{id}", "1");
        let (method, _) = operation.name.split_once(' ').unwrap();
        let response = app.anonymous().send_json(method, &path, ()).await;
        let is_public = alternatives.iter().any(|one| one == &serde_json::json!({}));
        assert_eq!(response.status == 401, !is_public, "{}", operation.name);
    }
}

#[actix_web::test]
async fn every_field_of_a_body_has_an_example() {
    let app = TestApp::spawn().await;
    let documents: BTreeMap<_, _> = documents(&app).into_iter().collect();

    for operation in operations(&app) {
        let name = &operation.name;
        let Some(content) = operation.says["requestBody"]["content"].as_object() else {
            continue;
        };
        let kinds: Vec<&str> = content.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["application/json"], "{name}");
        for body in content.values() {
            let schema = resolve(&documents[operation.surface], &body["schema"]);
            let Some(fields) = schema["properties"].as_object() else {
                // A list has no fields, so its example is the whole list.
                let is_shown = schema["type"] == "array" && body["example"].is_array();
                assert!(is_shown, "{name}");
                continue;
            };
            assert!(!fields.is_empty(), "{name}");
            for (field, says) in fields {
                let is_shown = ["example", "examples"].iter().any(|key| !says[key].is_null());
                assert!(is_shown, "{name}: {field}");
            }
        }
    }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

#[actix_web::test]
async fn every_parameter_in_a_path_and_every_response_is_described() {
    let app = TestApp::spawn().await;
    let placeholder = Regex::new(r"\{(\w+)\}").unwrap();

    for Operation { name, path, says, .. } in operations(&app) {
        let parameters = says["parameters"].as_array().cloned().unwrap_or_default();
        for found in placeholder.captures_iter(&path) {
            let is_described = parameters
                .iter()
                .any(|parameter| parameter["in"] == "path" && parameter["name"] == found[1]);
            assert!(is_described, "{name} does not describe {}", &found[1]);
        }
        for (status, response) in says["responses"].as_object().unwrap() {
            let description = response["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{name} does not describe {status}");
        }
    }
}
