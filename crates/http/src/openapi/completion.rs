//! Completes a surface's OpenAPI document: title, server, security scheme, and the errors that every operation shares.

use std::{collections::BTreeMap, time::Duration};

use actix_web::http::StatusCode;
use utoipa::openapi::{
    Content, Info, InfoBuilder, License, OpenApi, RefOr, Required, Response, ResponseBuilder,
    Server,
    content::ContentBuilder,
    path::{Operation, ParameterIn},
    schema::{Object, OneOfBuilder, Ref, Schema},
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::references;
use crate::{
    AnySurface, SCHEME,
    auth::{Access, Needs, access, needs},
    error::{AuthFault, Code, FieldErrors, Problem, Refusal},
    request::{fields, idempotency},
};

/// Returns the document of a surface: what its handlers describe, completed by what they have in common.
pub fn describe(surface: &AnySurface) -> OpenApi {
    let mut api = surface.openapi();
    fields::complete(&mut api);
    api.info = info(surface);
    // Relative: the document is valid at whatever address it is served from.
    api.servers = Some(vec![Server::new("/")]);
    let components = api.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(surface.credentials()))
        .build();
    components.add_security_scheme(SCHEME, SecurityScheme::Http(bearer));
    for (name, schema) in surface.error_schemas() {
        components.schemas.entry(name).or_insert(schema);
    }
    references::share(components);
    for item in api.paths.paths.values_mut() {
        let operations =
            [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            // An empty list says that the operation is public; an absent one would leave it open.
            operation.security.get_or_insert_default();
            complete_id(operation, surface);
            complete_responses(operation, surface, &components.schemas);
            relax_body(operation, surface, &components.schemas);
            widen_invalid(operation, surface);
            widen_conflict(operation);
            add_errors(operation, surface, &components.schemas);
        }
    }
    api
}

/// The description of request bodies on surfaces that read forms. Source: docs/contract/drf.md «Request bodies».
const FORMS: &str = "Request bodies are described as JSON. `application/x-www-form-urlencoded` and \
     `multipart/form-data` are accepted as well, with the same field names.";

fn info(surface: &AnySurface) -> Info {
    let description = if surface.is_rest_framework() {
        format!("{}\n\n{FORMS}", surface.description())
    } else {
        surface.description().to_owned()
    };
    let license =
        License::builder().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    InfoBuilder::new()
        .title(surface.title())
        .version(surface.version())
        .description(Some(description))
        .license(Some(license))
        .build()
}

/// Completes an operation id that is a handler's name: `<surface>_<tag>_<handler>`.
fn complete_id(operation: &mut Operation, surface: &AnySurface) {
    let prefix = format!("{}_", surface.name());
    let tag = operation.tags.iter().flatten().next();
    if let (Some(id), Some(tag)) = (&mut operation.operation_id, tag)
        && !id.starts_with(&prefix)
    {
        *id = format!("{prefix}{tag}_{id}");
    }
}

/// Adds what the handler's description of a response omits: the body of an error, and the description that the schema of
/// the body or else the status gives.
fn complete_responses(
    operation: &mut Operation,
    surface: &AnySurface,
    schemas: &BTreeMap<String, RefOr<Schema>>,
) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        // A 400 may be empty: so djoser responds where activation is not in use.
        let is_error = status.starts_with('4') && status != "400";
        if is_error && response.content.is_empty() {
            let schema = RefOr::Ref(Ref::from_schema_name(surface.error_schema()));
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let content = RefOr::T(content);
            response.content.insert("application/json".to_owned(), content);
        }
        if response.description.is_empty() {
            let status = StatusCode::from_bytes(status.as_bytes()).ok();
            let reason = status.and_then(|status| status.canonical_reason());
            response.description =
                body_description(response, schemas).or(reason).unwrap_or_default().to_owned();
        }
    }
}

/// Returns the description of the schema that a response's body refers to.
fn body_description<'a>(
    response: &Response,
    schemas: &'a BTreeMap<String, RefOr<Schema>>,
) -> Option<&'a str> {
    match named_schema(response.content.get("application/json")?, schemas)? {
        Schema::Object(object) => object.description.as_deref(),
        _ => None,
    }
}

/// Returns the component that a content's schema refers to.
fn named_schema<'a>(
    content: &RefOr<Content>,
    schemas: &'a BTreeMap<String, RefOr<Schema>>,
) -> Option<&'a Schema> {
    let RefOr::T(Content { schema: Some(RefOr::Ref(named)), .. }) = content else {
        return None;
    };
    let name = named.ref_location.rsplit('/').next().unwrap_or_default();
    match schemas.get(name) {
        Some(RefOr::T(schema)) => Some(schema),
        _ => None,
    }
}

/// Marks a body as optional where no field is required: the DRF surfaces read an absent body as an empty object.
/// Source: docs/contract/drf.md «Request bodies».
fn relax_body(operation: &mut Operation, surface: &AnySurface, schemas: &Schemas) {
    let demands_fields =
        fields_of_body(operation, schemas).is_none_or(|fields| !fields.required.is_empty());
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && surface.is_rest_framework()
        && !demands_fields
    {
        body.required = Some(Required::False);
    }
}

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Returns the fields of a request body; `None` if there is no body, or it is not an object.
fn fields_of_body<'a>(operation: &Operation, schemas: &'a Schemas) -> Option<&'a Object> {
    let Some(RefOr::T(body)) = &operation.request_body else {
        return None;
    };
    match named_schema(body.content.get("application/json")?, schemas)? {
        Schema::Object(object) => Some(object),
        _ => None,
    }
}

/// Returns an error of a request body as an example: a required field that is missing, or a text that is too long.
fn example_of_invalid(operation: &Operation, schemas: &Schemas) -> Problem {
    let fields = fields_of_body(operation, schemas);
    let mut errors = FieldErrors::default();
    if let Some(name) = fields.and_then(|fields| fields.required.first()) {
        errors.add(name, Code::Required);
    } else if let Some((name, max)) = fields.and_then(limited_text) {
        errors.add(name, Code::TooLong(max));
    } else {
        errors.add("email", Code::Required);
    }
    errors.into()
}

/// Returns the first text with a maximum length.
fn limited_text(fields: &Object) -> Option<(&str, usize)> {
    fields.properties.iter().find_map(|(name, schema)| match schema {
        RefOr::T(Schema::Object(text)) => Some((name.as_str(), text.max_length?)),
        _ => None,
    })
}

/// Widens the schema of a 400 that a handler describes: a body that cannot be parsed has the surface's other error schema.
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

/// Widens the description of a 409 that a handler describes: an idempotency key may be the cause, too.
fn widen_conflict(operation: &mut Operation) {
    if !reads_idempotency_key(operation) {
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

/// Returns whether an operation reads `Idempotency-Key`: its handler says so by `params(IdempotencyKey)`.
fn reads_idempotency_key(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.name.eq_ignore_ascii_case(idempotency::KEY.as_str()))
    })
}

/// Returns the schema of an invalid request's error.
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

/// Adds the errors that operations share, with examples in the surface's own format, where a handler describes no response
/// of the same status.
fn add_errors(operation: &mut Operation, surface: &AnySurface, schemas: &Schemas) {
    for (problem, description) in shared_errors(operation, surface, schemas) {
        let (status, example) = surface.render(&problem);
        let responses = &mut operation.responses.responses;
        if responses.contains_key(status.as_str()) {
            continue;
        }
        let schema = match problem {
            Problem::Invalid(_) => invalid_schema(surface),
            _ => RefOr::Ref(Ref::from_schema_name(surface.error_schema())),
        };
        let content = ContentBuilder::new().schema(Some(schema)).example(Some(example)).build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/json", content)
            .build();
        responses.insert(status.as_str().to_owned(), RefOr::T(response));
    }
}

/// Returns the errors that an operation may return without describing them.
fn shared_errors(
    operation: &Operation,
    surface: &AnySurface,
    schemas: &Schemas,
) -> Vec<(Problem, &'static str)> {
    let retry_after = Duration::from_secs(2);
    let mut errors = Vec::new();
    if operation.request_body.is_some() {
        let invalid = example_of_invalid(operation, schemas);
        errors.push((invalid, "Validation failed. Every invalid field is listed."));
        errors.push((Problem::TooLarge, "The request body is too large."));
        if surface.is_rest_framework() {
            let kind = Problem::UnsupportedMediaType("text/plain".to_owned());
            errors.push((kind, "The media type of the request body is not supported."));
        }
    }
    if reads_query(operation) {
        let name = if surface.is_rest_framework() { "limit" } else { "query/limit" };
        let fault = Problem::field(name, Code::NotAnInteger);
        errors.push((fault, "A query parameter is invalid."));
    }
    if reads_idempotency_key(operation) {
        let bad = Refusal::BadIdempotencyKey.into();
        errors.push((bad, "`Idempotency-Key` is invalid."));
        errors.push((Refusal::IdempotencyKeyInUse.into(), KEY_CONFLICT));
    }
    if access(operation) != Access::Open {
        let unknown = AuthFault::NotGiven.into();
        errors.push((unknown, "Credentials are missing or invalid."));
    }
    match needs(operation) {
        Needs::Nothing => {}
        Needs::Admin => errors.push((Problem::Forbidden, "The caller is not an administrator.")),
        Needs::AnyOf(_) => {
            errors.push((
                Problem::Forbidden,
                "The caller has none of the permissions that the security requirement names, or would grant a permission that they do not have.",
            ));
        }
    }
    if names_something(operation) {
        errors.push((Problem::NotFound, surface.not_found()));
    }
    if surface.is_rest_framework() {
        errors.push((Problem::NotAcceptable, "The client does not accept JSON."));
    }
    errors.push((
        Problem::Throttled { retry_after },
        "Too many requests. `Retry-After` says when to try again.",
    ));
    errors.push((
        Problem::Internal("an example".into()),
        "Internal error. `X-Request-Id` identifies the request in the server's log.",
    ));
    errors.push((
        Problem::Unavailable { retry_after },
        "The server is busy. `Retry-After` says when to try again.",
    ));
    errors
}

/// Returns whether an operation has query parameters.
fn reads_query(operation: &Operation) -> bool {
    has_parameter(operation, &ParameterIn::Query)
}

/// Returns whether an operation has path parameters.
fn names_something(operation: &Operation) -> bool {
    has_parameter(operation, &ParameterIn::Path)
}

fn has_parameter(operation: &Operation, place: &ParameterIn) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(
        |parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == *place),
    )
}
