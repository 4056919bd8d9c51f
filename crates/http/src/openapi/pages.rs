//! Serves the documents, Swagger UI over them, and the index page at `/`.

use actix_web::{
    HttpResponse,
    web::{self, Bytes},
};
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

use super::Document;

const HTML: &str = "text/html; charset=utf-8";

/// Serves the documents, Swagger UI at `/docs/`, and the index page at `/`.
pub fn mount(config: &mut web::ServiceConfig, documents: &[Document]) {
    for document in documents {
        let (surface, json) = (document.surface, &document.json);
        serve(config, surface.document_path(), "application/json", json.clone());
        for path in surface.document_aliases() {
            serve(config, path, "application/json", json.clone());
        }
    }
    let urls: Vec<Url<'static>> = documents
        .iter()
        .map(|document| Url::new(document.surface.name(), document.surface.document_path()))
        .collect();
    let ui = Config::new(urls)
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .default_models_expand_depth(0)
        // Swagger UI would send our documents to a validator on the internet.
        .validator_url("none");
    config.service(web::redirect("/docs", "/docs/"));
    config.service(SwaggerUi::new("/docs/{_:.*}").config(ui));
    serve(config, "/", HTML, Bytes::from(index(documents)));
}

/// Serves Swagger UI for one document at `path`, with and without a slash at its end, and its script below it.
pub fn mount_swagger_page(
    config: &mut web::ServiceConfig,
    path: &'static str,
    title: &str,
    document_path: &str,
) {
    let script_path = format!("{path}/start.js");
    let page = Bytes::from(swagger_page(title, &script_path));
    serve(config, path, HTML, page.clone());
    serve(config, &format!("{path}/"), HTML, page);
    let script = Bytes::from(swagger_script(document_path));
    serve(config, &script_path, "text/javascript; charset=utf-8", script);
}

fn serve(config: &mut web::ServiceConfig, path: &str, content_type: &'static str, body: Bytes) {
    config.route(
        path,
        web::get().to(move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type(content_type).body(body) }
        }),
    );
}

/// Swagger UI for one document. The assets are named from the root, because the page has no slash at its end.
fn swagger_page(title: &str, script: &str) -> String {
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="{script}"></script>
</body>
</html>
"##
    )
}

fn swagger_script(document: &str) -> String {
    format!(
        r##"window.ui = SwaggerUIBundle({{
  url: "{document}",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: "none"
}});
"##
    )
}

/// The index page: what this is, and where to go.
fn index(documents: &[Document]) -> String {
    let rows: String = documents
        .iter()
        .map(|document| {
            let Document { surface, paths, .. } = document;
            let (name, title, path) = (surface.name(), surface.title(), surface.document_path());
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
