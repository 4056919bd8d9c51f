//! The OpenAPI documents: complete, consistent with the code, and served at their paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use gateway::Gateway;
use gateway::surfaces;
use regex::Regex;
use serde_json::Value;

use crate::app::TestApp;

const SURFACES: [&str; 4] = ["djoser", "users", "api", "v1"];

/// One operation of a document.
struct Operation {
    surface: &'static str,
    name: String,
    path: String,
    says: Value,
}

/// Returns the served documents, by surface.
fn documents(app: &TestApp) -> Vec<(&'static str, Value)> {
    let gateway = Gateway::new(app.services().clone());
    let documents = gateway.documents().iter();
    documents
        .map(|document| {
            let says = serde_json::from_slice(document.json()).expect("JSON");
            (document.surface().name(), says)
        })
        .collect()
}

fn operations(app: &TestApp) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (surface, document) in documents(app) {
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, says) in item.as_object().unwrap() {
                operations.push(Operation {
                    surface,
                    name: format!("{} {path}", method.to_uppercase()),
                    path: path.clone(),
                    says: says.clone(),
                });
            }
        }
    }
    operations
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

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
        let answer = app.anonymous().send_json(method, &path, ()).await;
        let is_public = alternatives.iter().any(|one| one == &serde_json::json!({}));
        assert_eq!(answer.status == 401, !is_public, "{}", operation.name);
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

#[actix_web::test]
async fn lists_refer_to_the_schemas_of_their_items() {
    let app = TestApp::spawn().await;

    for (surface, document) in documents(&app) {
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (name, schema) in schemas {
            for (field, says) in schema["properties"].as_object().into_iter().flatten() {
                let items = &says["items"];
                let is_repeated = schemas.values().any(|schema| schema == items);
                assert!(!is_repeated, "{surface}: {name}.{field}");
            }
        }
    }
}

#[actix_web::test]
async fn every_reference_resolves() {
    let app = TestApp::spawn().await;
    let reference = Regex::new(r##""\$ref":"#([^"]+)""##).unwrap();
    for (surface, document) in documents(&app) {
        let text = document.to_string();
        for found in reference.captures_iter(&text) {
            assert!(document.pointer(&found[1]).is_some(), "{surface}: {found:?}");
        }
    }
}

/// Of two schemas with one name the document silently keeps one. Therefore the source is checked: all wire types of a
/// surface, and those all surfaces share, have distinct names.
#[test]
fn no_two_wire_types_of_a_surface_share_a_name() {
    let crates = root().join("crates");
    let shared = wire_types(&crates.join("http/src/dialect")).unwrap();
    assert!(shared.contains(&"DetailOut".to_owned()), "{shared:?}");
    for surface in SURFACES {
        let mut seen: BTreeSet<String> = shared.iter().cloned().collect();
        let own = wire_types(&crates.join("surfaces").join(surface).join("src")).unwrap();
        assert!(own.len() > 4, "{surface}: {own:?}");
        for name in own {
            assert!(seen.insert(name.clone()), "{surface} has two {name}");
        }
    }
}

/// Returns the names of all types below a folder that derive `ToSchema`.
fn wire_types(folder: &Path) -> io::Result<Vec<String>> {
    let declared =
        Regex::new(r"^(?:pub(?:\([a-z]+\))? )?(?:struct|enum) (\w+)").expect("a fixed pattern");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            names.extend(wire_types(&path)?);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path)?;
            let mut is_derived = false;
            for line in text.lines() {
                is_derived |= line.starts_with("#[derive(") && line.contains("ToSchema");
                if let Some(found) = declared.captures(line).filter(|_| is_derived) {
                    names.push(found[1].to_owned());
                    is_derived = false;
                }
            }
        }
    }
    Ok(names)
}

#[actix_web::test]
async fn the_committed_documents_are_the_served_ones() {
    let app = TestApp::spawn().await;

    for surface in SURFACES {
        let committed = root().join("openapi").join(format!("{surface}.json"));
        let committed = fs::read_to_string(&committed)
            .unwrap_or_else(|error| panic!("{}: {error}: run make openapi", committed.display()));
        let path = format!("/openapi/{surface}.json");
        let served = app.anonymous().get(&path).await;
        assert!(committed == served.text(), "openapi/{surface}.json: run make openapi");
    }
}

#[actix_web::test]
async fn the_pages_link_to_the_documents() {
    let app = TestApp::spawn().await;
    let page = async |path: &str| {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        answer
    };

    let first = page("/").await;
    assert_eq!(first.media().as_deref(), Some("text/html"));
    let swagger = page("/docs/").await;
    assert_eq!(swagger.media().as_deref(), Some("text/html"));
    let start = page("/docs/swagger-initializer.js").await;
    for surface in SURFACES {
        let path = format!("/openapi/{surface}.json");
        assert!(first.text().contains(&format!("href=\"{path}\"")), "{path}");
        assert!(start.text().contains(&format!("\"{path}\"")), "{path}");
        let document = page(&path).await;
        assert_eq!(document.media().as_deref(), Some("application/json"));
        assert!(document.json()["openapi"].as_str().unwrap().starts_with("3.1"));
    }
    assert!(first.text().contains("href=\"/docs/\""));
    let bare = app.anonymous().get("/docs").await;
    assert!(bare.status.is_redirection());
    assert_eq!(bare.header("Location").as_deref(), Some("/docs/"));

    // Clients of this surface know the document and the page under these paths. Source: docs/contract/v1.md «Paths».
    let document = page("/api/v1/openapi.json").await;
    assert_eq!(document.body, page("/openapi/v1.json").await.body);
    assert_eq!(document.json()["info"]["title"], "Django API Starter");
    for path in ["/api/v1/docs", "/api/v1/docs/"] {
        let text = page(path).await.text();
        for part in ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/api/v1/docs/start.js"]
        {
            assert!(text.contains(part), "{path}: {part}");
            page(part).await;
        }
    }
    let start = page("/api/v1/docs/start.js").await;
    assert!(start.text().contains("\"/api/v1/openapi.json\""));
}

/// A page must not load anything its policy forbids.
#[actix_web::test]
async fn the_pages_comply_with_their_own_policy() {
    let app = TestApp::spawn().await;
    let inline = Regex::new(r"<script(?:\s[^>]*)?>\s*[^\s<]").unwrap();
    let outside = Regex::new(r#"(?:src|href)="(?:https?:)?//"#).unwrap();
    for path in ["/", "/docs/", "/api/v1/docs"] {
        let answer = app.anonymous().get(path).await;
        let policy = answer.header("Content-Security-Policy").unwrap();
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert!(!inline.is_match(&answer.text()), "{path} has an inline script");
        assert!(!outside.is_match(&answer.text()), "{path} loads from outside");
    }
}

#[actix_web::test]
async fn disabled_surfaces_are_not_served() {
    for surface in SURFACES {
        let app = TestApp::with(|options| {
            options.surfaces.retain(|served| served.name() != surface);
        })
        .await;
        let anonymous = app.anonymous();
        let document = format!("/openapi/{surface}.json");

        assert_eq!(anonymous.get(&document).await.status, 404, "{document}");
        for page in ["/", "/docs/swagger-initializer.js"] {
            let text = anonymous.get(page).await.text();
            assert!(!text.contains(&document), "{page}");
        }
        let own = ["/api/v1/openapi.json", "/api/v1/docs", "/api/v1/docs/start.js"];
        for path in own {
            let status = if surface == "v1" { 404 } else { 200 };
            assert_eq!(anonymous.get(path).await.status, status, "{path}");
        }
        let one_path = |surface| match surface {
            "djoser" => "/auth/jwt/verify/",
            "users" => "/api/users/status/",
            "api" => "/api/auth/login/",
            _ => "/api/v1/health",
        };
        // Without `users`, its paths match the account ids of `api`.
        let status = if surface == "users" { 401 } else { 404 };
        for other in surfaces::NAMES {
            let answer = anonymous.get(one_path(other)).await;
            let is_gone = answer.status == status;
            assert_eq!(is_gone, other == surface, "{other}: {answer}");
        }
    }
}
