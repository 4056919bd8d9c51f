//! Completes a surface's OpenAPI document: title, security scheme, forms, and the errors that every operation shares.

use std::{collections::BTreeMap, time::Duration};

use utoipa::openapi::{
    Content, OpenApi, RefOr, Required, ResponseBuilder,
    content::ContentBuilder,
    path::{Operation, ParameterIn},
    schema::{OneOfBuilder, Ref, Schema},
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::{
    AnySurface,
    auth::Needs,
    error::{AuthFault, Code, Problem, Refusal},
    middleware::{Access, access, needs},
    request::idempotency,
};

/// What the routes say of a surface, completed: title, security schemes, and the refusals that any operation knows.
pub fn describe(surface: &AnySurface) -> OpenApi {
    let mut api = surface.openapi();
    api.info = utoipa::openapi::InfoBuilder::new()
        .title(surface.title())
        .version(surface.version())
        .description(Some(surface.description()))
        .build();
    let components = api.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(surface.credentials()))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for (name, schema) in surface.error_schemas() {
        components.schemas.entry(name).or_insert(schema);
    }
    for item in api.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            add_forms(operation, surface, &components.schemas);
            widen_invalid(operation, surface);
            widen_conflict(operation);
            add_refusals(operation, surface);
        }
    }
    api
}

/// Where JSON is read, forms are read, too; and no body at all is an empty object, which will do where no field is
/// required. Source: docs/contract/drf.md «Request bodies».
fn add_forms(
    operation: &mut Operation,
    surface: &AnySurface,
    schemas: &BTreeMap<String, RefOr<Schema>>,
) {
    let body = match &mut operation.request_body {
        Some(RefOr::T(body)) if surface.is_rest_framework() => body,
        _ => return,
    };
    if let Some(content) = body.content.get("application/json").cloned() {
        if !demands_fields(&content, schemas) {
            body.required = Some(Required::False);
        }
        for kind in ["application/x-www-form-urlencoded", "multipart/form-data"] {
            body.content.insert(kind.to_owned(), content.clone());
        }
    }
}

/// Whether any field of a body must be there.
fn demands_fields(content: &RefOr<Content>, schemas: &BTreeMap<String, RefOr<Schema>>) -> bool {
    let RefOr::T(Content {
        schema: Some(RefOr::Ref(named)),
        ..
    }) = content
    else {
        return true;
    };
    let name = named.ref_location.rsplit('/').next().unwrap_or_default();
    match schemas.get(name) {
        Some(RefOr::T(Schema::Object(object))) => !object.required.is_empty(),
        _ => true,
    }
}

/// Where a handler names a 400 for faults of its fields: the body may also be one that cannot be read, and then it is
/// the other of the surface's two forms.
fn widen_invalid(operation: &mut Operation, surface: &AnySurface) {
    let Some(RefOr::T(response)) = operation.responses.responses.get_mut("400") else {
        return;
    };
    for content in response.content.values_mut() {
        if let RefOr::T(content) = content {
            content.schema = Some(invalid_schema(surface));
        }
    }
}

/// Where a handler names a 409 of its own: a key may be the reason, too.
fn widen_conflict(operation: &mut Operation) {
    if !is_answered_once(operation) {
        return;
    }
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("409") {
        response.description.push_str(" Or: ");
        response.description.push_str(KEY_CONFLICT);
    }
}

/// Source: docs/contract/v1.md «Idempotency».
const KEY_CONFLICT: &str =
    "`Idempotency-Key` belongs to another request, or to one that is still in progress.";

/// Whether an operation reads `Idempotency-Key`: its handler says so by `params(Once)`.
fn is_answered_once(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.name.eq_ignore_ascii_case(idempotency::KEY.as_str()))
    })
}

/// The schema of what a surface says of a request that is at fault.
fn invalid_schema(surface: &AnySurface) -> RefOr<Schema> {
    match surface.invalid_schemas() {
        [only] => RefOr::Ref(Ref::from_schema_name(*only)),
        several => RefOr::T(Schema::OneOf(
            several
                .iter()
                .map(|name| Ref::from_schema_name(*name))
                .fold(OneOfBuilder::new(), OneOfBuilder::item)
                .build(),
        )),
    }
}

/// What any operation may answer, unless it says more about it itself: with the very words of the surface.
fn add_refusals(operation: &mut Operation, surface: &AnySurface) {
    for (problem, description) in refusals(operation, surface) {
        let (status, example) = surface.render(&problem);
        let responses = &mut operation.responses.responses;
        if responses.contains_key(status.as_str()) {
            continue;
        }
        let schema = match problem {
            Problem::Invalid(_) => invalid_schema(surface),
            _ => RefOr::Ref(Ref::from_schema_name(surface.error_schema())),
        };
        let content = ContentBuilder::new()
            .schema(Some(schema))
            .example(Some(example))
            .build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/json", content)
            .build();
        responses.insert(status.as_str().to_owned(), RefOr::T(response));
    }
}

/// The refusals that an operation knows without knowing it.
fn refusals(operation: &Operation, surface: &AnySurface) -> Vec<(Problem, &'static str)> {
    let retry_after = Duration::from_secs(2);
    let mut refusals = Vec::new();
    if operation.request_body.is_some() {
        let missing = Problem::field("email", Code::Required);
        refusals.push((missing, "The request is at fault."));
        refusals.push((Problem::TooLarge, "The body is too large."));
        if surface.is_rest_framework() {
            let kind = Problem::UnsupportedMediaType("text/plain".to_owned());
            refusals.push((kind, "The body is of a type that is not read."));
        }
    }
    if reads_query(operation) {
        let name = if surface.is_rest_framework() {
            "limit"
        } else {
            "query/limit"
        };
        let fault = Problem::field(name, Code::NotAnInteger);
        refusals.push((fault, "The query is at fault."));
    }
    if is_answered_once(operation) {
        let bad = Refusal::BadIdempotencyKey.into();
        refusals.push((bad, "`Idempotency-Key` is at fault."));
        refusals.push((Refusal::IdempotencyKeyInUse.into(), KEY_CONFLICT));
    }
    if access(operation) != Access::Open {
        let unknown = AuthFault::NotGiven.into();
        refusals.push((unknown, "Credentials are missing or refused."));
    }
    match needs(operation) {
        Needs::Nothing => {}
        Needs::Admin => refusals.push((Problem::Forbidden, "Only administrators may ask.")),
        Needs::AnyOf(_) => {
            refusals.push((
                Problem::Forbidden,
                "The caller holds none of the permissions that the requirement names, or not all that is handed out.",
            ));
        }
    }
    if surface.is_rest_framework() {
        if names_something(operation) {
            refusals.push((Problem::NotFound, "There is none that is called so."));
        }
        refusals.push((Problem::NotAcceptable, "The client takes no JSON."));
    }
    refusals.push((
        Problem::Throttled { retry_after },
        "Too many requests; see `Retry-After`.",
    ));
    refusals.push((
        Problem::Internal("an example".into()),
        "A fault of the server, named by `X-Request-Id`.",
    ));
    refusals.push((
        Problem::Unavailable { retry_after },
        "The server is busy; see `Retry-After`.",
    ));
    refusals
}

/// Whether the query has a say in what an operation does.
fn reads_query(operation: &Operation) -> bool {
    has_parameter(operation, &ParameterIn::Query)
}

/// Whether the path names something that may not be there.
fn names_something(operation: &Operation) -> bool {
    has_parameter(operation, &ParameterIn::Path)
}

fn has_parameter(operation: &Operation, place: &ParameterIn) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(
        |parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == *place),
    )
}
