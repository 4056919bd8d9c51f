//! The OpenAPI documents, Swagger UI over them, and the page at `/`.

use std::{collections::BTreeMap, time::Duration};

use actix_web::{
    HttpResponse,
    web::{self, Bytes},
};
use utoipa::openapi::{
    Content, OpenApi, RefOr, Required, ResponseBuilder,
    content::ContentBuilder,
    path::{Operation, ParameterIn},
    schema::{OneOfBuilder, Ref, Schema},
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

use crate::{
    caller::Needs,
    front::{Access, Face, access, needs},
    once,
    problem::{AuthFault, Code, Problem, Refusal},
    surface::Published,
};

/// What Swagger UI needs. Source: tried in Chromium.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// A document, made once and shared by all workers.
#[derive(Clone)]
pub struct Document {
    /// The surface's name.
    pub name: &'static str,
    /// Where it is served.
    pub path: &'static str,
    /// Whose it is.
    pub face: Face,
    /// How many paths it describes.
    paths: usize,
    title: &'static str,
    json: Bytes,
}

/// What the routes say of a surface, completed: title, security schemes, and the refusals that any operation knows.
pub fn describe(surface: &Published) -> OpenApi {
    let mut api = surface.openapi();
    api.info = utoipa::openapi::InfoBuilder::new()
        .title(surface.title)
        .version(surface.version)
        .description(Some(surface.description))
        .build();
    let components = api.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(surface.credentials))
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

impl Document {
    /// Writes down what is said of a surface. The text is all that is kept: as a tree it takes many times the memory.
    pub fn of(surface: &Published, api: &OpenApi) -> Self {
        let json = api.to_pretty_json().unwrap_or_default() + "\n";
        Self {
            name: surface.name,
            path: surface.document,
            face: surface.face,
            paths: api.paths.paths.len(),
            title: surface.title,
            json: Bytes::from(json),
        }
    }

    /// The document's text, as it is committed and served.
    pub fn json(&self) -> &[u8] {
        &self.json
    }
}

/// Where JSON is read, forms are read, too; and no body at all is an empty object, which will do where no field is
/// required. Source: docs/contract/drf.md «Request bodies».
fn add_forms(
    operation: &mut Operation,
    surface: &Published,
    schemas: &BTreeMap<String, RefOr<Schema>>,
) {
    let body = match &mut operation.request_body {
        Some(RefOr::T(body)) if surface.face.is_rest_framework() => body,
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
fn widen_invalid(operation: &mut Operation, surface: &Published) {
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
        matches!(parameter, RefOr::T(parameter) if parameter.name.eq_ignore_ascii_case(once::KEY.as_str()))
    })
}

/// The schema of what a surface says of a request that is at fault.
fn invalid_schema(surface: &Published) -> RefOr<Schema> {
    match surface.invalid_schemas {
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
fn add_refusals(operation: &mut Operation, surface: &Published) {
    for (problem, description) in refusals(operation, surface.face) {
        let (status, example) = surface.face.render(&problem);
        let responses = &mut operation.responses.responses;
        if responses.contains_key(status.as_str()) {
            continue;
        }
        let schema = match problem {
            Problem::Invalid(_) => invalid_schema(surface),
            _ => RefOr::Ref(Ref::from_schema_name(surface.refusal_schema)),
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
fn refusals(operation: &Operation, face: Face) -> Vec<(Problem, &'static str)> {
    let retry_after = Duration::from_secs(2);
    let mut refusals = Vec::new();
    if operation.request_body.is_some() {
        let missing = Problem::field("email", Code::Required);
        refusals.push((missing, "The request is at fault."));
        refusals.push((Problem::TooLarge, "The body is too large."));
        if face.is_rest_framework() {
            let kind = Problem::UnsupportedMediaType("text/plain".to_owned());
            refusals.push((kind, "The body is of a type that is not read."));
        }
    }
    if reads_query(operation) {
        let name = if face.is_rest_framework() {
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
    if face.is_rest_framework() {
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

/// Mounts the documents, Swagger UI and the page at `/`.
pub fn mount(config: &mut web::ServiceConfig, documents: &[Document]) {
    for document in documents {
        serve(
            config,
            document.path,
            "application/json",
            document.json.clone(),
        );
        if document.face == Face::V1 {
            serve(
                config,
                "/api/v1/openapi.json",
                "application/json",
                document.json.clone(),
            );
            serve(config, "/api/v1/docs", HTML, Bytes::from(V1_PAGE));
            serve(config, "/api/v1/docs/", HTML, Bytes::from(V1_PAGE));
            serve(
                config,
                "/api/v1/docs/start.js",
                "text/javascript; charset=utf-8",
                Bytes::from(V1_SCRIPT),
            );
        }
    }
    let urls: Vec<Url<'static>> = documents
        .iter()
        .map(|document| Url::new(document.name, document.path))
        .collect();
    let ui = Config::new(urls)
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .default_models_expand_depth(0)
        // Swagger UI would ask a stranger on the internet whether our documents are sound.
        .validator_url("none");
    config.service(web::redirect("/docs", "/docs/"));
    config.service(SwaggerUi::new("/docs/{_:.*}").config(ui));
    serve(config, "/", HTML, Bytes::from(index(documents)));
}

const HTML: &str = "text/html; charset=utf-8";

fn serve(config: &mut web::ServiceConfig, path: &str, content_type: &'static str, body: Bytes) {
    config.route(
        path,
        web::get().to(move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type(content_type).body(body) }
        }),
    );
}

/// The content security policy of a path.
pub fn policy(path: &str) -> &'static str {
    if path == "/" || path.starts_with("/docs") || path.starts_with("/api/v1/docs") {
        PAGE_POLICY
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    }
}

/// Swagger UI for one document, at a path without a final slash: so the assets are named from the root.
const V1_PAGE: &str = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Loggia: v1</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/api/v1/docs/start.js"></script>
</body>
</html>
"##;

const V1_SCRIPT: &str = r##"window.ui = SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: "none"
});
"##;

/// The page at `/`: what this is, and where to go.
fn index(documents: &[Document]) -> String {
    let rows: String = documents
        .iter()
        .map(|document| {
            let Document {
                name,
                path,
                title,
                paths,
                ..
            } = document;
            format!(
                "<tr><td><code>{name}</code></td><td>{title}</td><td>{paths} paths</td>\
                 <td><a href=\"{path}\">{path}</a></td></tr>\n"
            )
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Loggia</title>\
         <link rel=\"icon\" href=\"/docs/favicon-32x32.png\">\n\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:4rem auto;padding:0 1rem}}\
         td{{padding:.25rem 1rem .25rem 0}}</style></head>\n<body>\n<h1>Loggia</h1>\n\
         <p>One account backend with several faces. Explore them in <a href=\"/docs/\">Swagger UI</a>, \
         or read the documents:</p>\n<table>\n{rows}</table>\n\
         <p>Health: <a href=\"/healthz\">/healthz</a>, <a href=\"/readyz\">/readyz</a></p>\n</body>\n</html>\n"
    )
}
