//! Robustness: unusual and malformed input to every operation never causes a 500, always gets a response in the path's
//! dialect, and gets the same response on both databases.
//! Source: docs/contract/drf.md «Fields»; docs/contract/v1.md «Validation errors».

mod bodies;
mod credentials;
mod dialect;
mod environment;
mod fields;
mod forms;
mod lists;
mod paths;
mod queries;
mod valid_value;
mod values;

use std::collections::BTreeMap;
use std::fmt;

use crate::surface_name::SurfaceName;
use gateway::Gateway;
use loggia_http::auth::Access;
use serde_json::Value;

use crate::app::{Response, TestApp};

use dialect::assert_dialect;

/// An operation that takes a body.
#[derive(Clone)]
struct BodyOperation {
    method: String,
    path: String,
    id: String,
    face: SurfaceName,
    is_guarded: bool,
    /// The fields of the body, in the document's order.
    fields: Vec<String>,
}

impl BodyOperation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Returns the operations of a surface whose body is an object.
fn object_operations(app: &TestApp, surface: &str) -> Vec<BodyOperation> {
    let all = operations(app, surface).into_iter();
    all.map(|(operation, _)| operation).filter(|operation| !operation.fields.is_empty()).collect()
}

/// Returns the operations of a surface that have a body, each with its schema.
fn operations(app: &TestApp, surface: &str) -> Vec<(BodyOperation, Value)> {
    let (says, face) = (document(app, surface), face(surface));
    let gateway = Gateway::new(app.services().clone());
    let mut found = Vec::new();
    for entry in gateway.table().entries() {
        if SurfaceName::of(entry.surface) != face {
            continue;
        }
        for (method, access) in entry.operations() {
            let operation = &says["paths"][&entry.path][method.as_str().to_lowercase()];
            let Some(schema) = schema_of(&says, operation) else {
                continue;
            };
            let fields = schema["properties"].as_object();
            let operation = BodyOperation {
                method: method.to_string(),
                path: entry.path.clone(),
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                face,
                is_guarded: access == Access::Required,
                fields: fields.map_or_else(Vec::new, |fields| fields.keys().cloned().collect()),
            };
            found.push((operation, schema));
        }
    }
    found
}

/// Returns the OpenAPI document of a surface.
fn document(app: &TestApp, surface: &str) -> Value {
    let gateway = Gateway::new(app.services().clone());
    let mut documents = gateway.documents().iter();
    let document = documents.find(|document| document.surface().name() == surface);
    serde_json::from_slice(document.expect("a surface").json()).expect("JSON")
}

fn face(surface: &str) -> SurfaceName {
    match surface {
        "djoser" => SurfaceName::Djoser,
        "users" => SurfaceName::Users,
        "api" => SurfaceName::Api,
        "v1" => SurfaceName::V1,
        _ => panic!("unknown surface {surface}"),
    }
}

/// Returns the schema of a body; `None` if the operation has no body.
fn schema_of(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')),
        None => Some(schema).filter(|schema| !schema.is_null()),
    }
    .cloned()
}

/// The cases of one operation or field, grouped by the status of the response.
#[derive(Default)]
struct Statuses(BTreeMap<u16, Vec<String>>);

impl Statuses {
    /// Records a response, and asserts what holds for every response.
    fn take(&mut self, face: SurfaceName, case: &str, name: &str, response: &Response) {
        let status = response.status.as_u16();
        let is_expected = (200..300).contains(&status) || (400..500).contains(&status);
        assert!(is_expected, "{name}: {case}: {response}");
        assert_dialect(response, face, &format!("{name}: {case}"));
        assert_eq!(response.header("Set-Cookie"), None, "{name}: {case}");
        self.0.entry(status).or_default().push(case.to_owned());
    }
}

/// Formats the most frequent status last and without its cases, which are all those not listed before.
impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.0.iter().max_by_key(|(_, cases)| cases.len());
        let Some((most, others)) = most else {
            return Ok(());
        };
        for (status, cases) in self.0.iter().filter(|(status, _)| *status != most) {
            write!(f, "\n  {status}: {}", cases.join(", "))?;
        }
        write!(f, "\n  {most}: the other {}", others.len())
    }
}
