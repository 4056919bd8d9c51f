//! The OpenAPI documents: complete, consistent with the code, and served at their paths.

mod completeness;
mod pages;
mod schemas;

use std::path::{Path, PathBuf};

use gateway::Gateway;
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
