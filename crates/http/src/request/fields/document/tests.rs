use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{OpenApi, ToSchema};

use super::complete;
use crate::request::fields::{
    Email, Nullable, NullableOrBlank, Optional, OptionalOrBlank, Partial, Password, Pks,
    QueryFields, Raw, Required, Text, strict,
};

type Short = Optional<Text<5>>;

/// A body.
#[expect(dead_code, reason = "only described")]
#[derive(Deserialize, ToSchema)]
struct PetReplace {
    /// What it is called. Example: `Rex`.
    name: Required<Text<20>>,
    #[serde(rename = "call-name")]
    short: Short,
    /// Example: `7`
    nickname: OptionalOrBlank<Text<20>>,
    /// An address, or empty for none.
    email: OptionalOrBlank<Email>,
    #[schema(default = "none")]
    note: Nullable<strict::Text<20>>,
    place: NullableOrBlank<strict::Text>,
    contact: NullableOrBlank<strict::EmailText>,
    /// Example: `[4]`
    ids: Optional<Pks>,
    token: Raw<Password<8>>,
}

#[expect(dead_code, reason = "only described")]
#[utoipa::path(put, path = "/pets", request_body = PetReplace, responses())]
fn replace() {}

#[expect(dead_code, reason = "only described")]
#[utoipa::path(patch, path = "/pets", request_body = Partial<PetReplace>, responses())]
fn update() {}

/// Query parameters.
#[expect(dead_code, reason = "only described")]
#[derive(Deserialize, ToSchema)]
struct Search {
    /// Part of the name. Example: `Re`
    q: Required<strict::Text<200>>,
    sort: Optional<strict::Text>,
}

#[expect(dead_code, reason = "only described")]
#[utoipa::path(get, path = "/pets", params(QueryFields<Search>), responses())]
fn list() {}

#[derive(OpenApi)]
#[openapi(paths(list, replace, update))]
struct Api;

fn document() -> Value {
    let mut api = Api::openapi();
    complete(&mut api);
    serde_json::to_value(api).unwrap()
}

#[test]
fn a_struct_of_fields_is_described_in_place() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.keys().collect::<Vec<_>>(), ["PetReplace", "PetUpdate"]);
    let expected = json!({
        "type": "object",
        "description": "A body.",
        "required": ["name", "token"],
        "properties": {
            "name": {
                "type": "string",
                "description": "What it is called.",
                "minLength": 1,
                "maxLength": 20,
                "examples": ["Rex"],
            },
            "call-name": { "type": "string", "minLength": 1, "maxLength": 5 },
            "nickname": { "type": "string", "maxLength": 20, "examples": ["7"] },
            "email": {
                "type": "string",
                "anyOf": [
                    { "type": "string", "format": "email", "maxLength": 254 },
                    { "type": "string", "maxLength": 0 },
                ],
                "description": "An address, or empty for none.",
                "examples": ["user@example.com"],
            },
            "note": { "type": ["string", "null"], "maxLength": 20, "default": "none" },
            "place": { "type": ["string", "null"] },
            "contact": {
                "type": ["string", "null"],
                "anyOf": [
                    { "type": "string", "format": "email", "maxLength": 254 },
                    { "type": "string", "maxLength": 0 },
                    { "type": "null" },
                ],
                "examples": ["jane.doe@example.com"],
            },
            "ids": {
                "type": "array",
                "items": { "type": "integer", "format": "int64" },
                "examples": [[4]],
            },
            "token": {
                "type": "string",
                "format": "password",
                "minLength": 8,
                "examples": ["An0ther-Passw0rd!"],
            },
        },
    });
    assert_eq!(schemas["PetReplace"], expected);
}

#[test]
fn a_partial_body_requires_nothing() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let mut expected = schemas["PetReplace"].clone();
    expected.as_object_mut().unwrap().remove("required");
    assert_eq!(schemas["PetUpdate"], expected);
    let body = |method: &str| {
        let operation = &document["paths"]["/pets"][method];
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].clone()
    };
    assert_eq!(body("put"), "#/components/schemas/PetReplace");
    assert_eq!(body("patch"), "#/components/schemas/PetUpdate");
}

#[test]
fn a_query_is_described_by_its_parameters() {
    let document = document();
    let expected = json!([
        {
            "name": "q",
            "in": "query",
            "description": "Part of the name.",
            "required": true,
            "schema": { "type": "string", "maxLength": 200, "examples": ["Re"] },
        },
        {
            "name": "sort",
            "in": "query",
            "required": false,
            "schema": { "type": "string" },
        },
    ]);
    assert_eq!(document["paths"]["/pets"]["get"]["parameters"], expected);
}
