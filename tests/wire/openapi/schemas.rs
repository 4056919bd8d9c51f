//! The schemas of the documents and the types they derive from.

use std::{collections::BTreeSet, fs, io, path::Path};

use regex::Regex;

use super::{SURFACES, documents, root};
use crate::app::TestApp;

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
