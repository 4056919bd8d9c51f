//! The path that a request matches.

use rstest::rstest;
use serde_json::json;

use super::{Rewrite, RoutingTable};
use crate::{
    AnySurface, Routes, Surface,
    auth::{self, Credential},
    dialect::Envelope,
};

struct Plain;

impl Surface for Plain {
    type Dialect = Envelope;

    const NAME: &'static str = "plain";
    const PREFIXES: &'static [&'static str] = &["/users/"];
    const TITLE: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const CREDENTIALS: &'static str = "";
    const DOCUMENT_PATH: &'static str = "/openapi/plain.json";

    fn credential(header: Option<&str>) -> Credential<'_> {
        auth::bearer(header)
    }

    fn routes(_: &mut Routes<'_>) {}
}

/// The names of the parameters differ on purpose.
const PATHS: [&str; 6] = [
    "/users/",
    "/users/me/",
    "/users/{id}/",
    "/users/{user}/roles/{role}",
    "/users/me/{what}/",
    "/{any}/me/",
];

fn table() -> RoutingTable {
    let paths = PATHS.map(|path| (path.to_owned(), json!({ "get": { "responses": {} } })));
    let paths = serde_json::Map::from_iter(paths);
    let info = json!({ "title": "", "version": "" });
    let document = json!({ "openapi": "3.1.0", "info": info, "paths": paths });
    let document = serde_json::from_value(document).unwrap();
    let surface = AnySurface::of::<Plain>();
    RoutingTable::of(&[surface], [(surface, &document)])
}

#[rstest]
#[case("/users/", 0)]
#[case("/users/me/", 1)]
#[case("/users/7/", 2)]
#[case("/users/%2F/", 2)]
#[case("/users/é/", 2)]
// A literal segment has no continuation here, the parameter does.
#[case("/users/me/roles/9", 3)]
#[case("/users/me/roles/", 4)]
#[case("/people/me/", 5)]
fn a_literal_segment_goes_before_a_parameter(#[case] path: &str, #[case] expected: usize) {
    let table = table();
    let (entry, rewrite) = table.find(path).unwrap();
    assert_eq!((&*entry.path, rewrite), (PATHS[expected], None));
}

#[rstest]
#[case("/users", 0, Rewrite::AddSlash)]
#[case("/users/me", 1, Rewrite::AddSlash)]
#[case("/users/7/roles/9/", 3, Rewrite::RemoveSlash)]
fn a_path_has_two_forms(#[case] path: &str, #[case] expected: usize, #[case] rewrite: Rewrite) {
    let table = table();
    let (entry, found) = table.find(path).unwrap();
    assert_eq!((&*entry.path, found), (PATHS[expected], Some(rewrite)));
}

#[rstest]
#[case("")]
#[case("/")]
#[case("/users//")]
#[case("/users//roles/9")]
#[case("/users/7/roles/")]
#[case("users/me/")]
#[case("//users/me/")]
#[case("/users/7/roles/9//")]
fn an_empty_segment_matches_nothing(#[case] path: &str) {
    assert!(table().find(path).is_none());
}
