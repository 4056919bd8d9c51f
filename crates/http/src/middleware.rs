//! Middleware: the checks before every handler, in their order, and the headers of every response.

mod client_info;
mod content_negotiation;
mod request_span;
mod routing_table;

use std::{panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse, Url},
    error::InternalError,
    http::{
        Method, Uri,
        header::{self, HeaderMap, HeaderName, HeaderValue},
        uri::PathAndQuery,
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;
use serde_json::json;

use crate::{
    AnySurface,
    auth::{Authentication, authorization},
    error::{AuthFault, Problem},
};

use self::{client_info::REQUEST_ID, request_span::Exchange, routing_table::MAX_PATH_BYTES};

pub use self::{
    client_info::{ClientAddress, ClientInfo, client_address},
    request_span::{RequestSpan, TrustedProxies, root_span},
    routing_table::{Access, Entry, Rewrite, RoutingTable, access, needs},
};

/// The surface whose operation a request is for. The router tries only the handlers of this surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutedTo(pub AnySurface);

/// The outer middleware, inside [`root_span`]: the log line and the headers of every response, errors included.
///
/// # Errors
/// The errors of the inner middleware.
pub async fn outer<B: MessageBody + 'static>(
    table: Arc<RoutingTable>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = path(&request);
    let entry = table.find(path).map(|(entry, _)| entry);
    let surface = entry.map_or_else(|| table.surface_of(path), |entry| Some(entry.surface));
    let is_negotiated = entry.is_some_and(|entry| entry.surface.is_rest_framework());
    let policy = content_security_policy(&table, path);
    let exchange = Exchange::begin(request.method());
    let id = request_id(&request);
    // A panic ends only the request that caused it. The request must not be held here, because routing changes it in
    // place; so the response is returned as an error that carries it.
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => {
            exchange.end(response.status());
            let mut response = response.map_into_boxed_body();
            if is_negotiated {
                vary_by_accept(response.headers_mut());
            }
            dress(response.headers_mut(), policy, id);
            Ok(response)
        }
        Ok(Err(error)) => {
            exchange.end(error.as_response_error().status_code());
            Err(error)
        }
        Err(_) => {
            let problem = Problem::Internal("a handler panicked".into());
            let mut response = surface.map_or_else(
                || HttpResponse::InternalServerError().finish(),
                |surface| surface.respond(&problem),
            );
            exchange.end(response.status());
            dress(response.headers_mut(), policy, id);
            Err(InternalError::from_response("a handler panicked", response).into())
        }
    }
}

/// Returns the request id as a header, if the root span stored one.
fn request_id(request: &ServiceRequest) -> Option<HeaderValue> {
    let extensions = request.extensions();
    let client = extensions.get::<ClientInfo>()?;
    HeaderValue::from_str(&client.request_id).ok()
}

/// Returns the path as the router sees it: needless escapes are decoded.
fn path(request: &ServiceRequest) -> &str {
    request.match_info().unprocessed()
}

/// Adds `Accept` to `Vary`. Merges the headers of compression and CORS, which do not look at each other's.
fn vary_by_accept(headers: &mut HeaderMap) {
    let mut names = vec!["Accept".to_owned()];
    for value in headers.get_all(header::VARY) {
        let said = value.to_str().unwrap_or_default().split(',');
        for name in said.map(str::trim).filter(|name| !name.is_empty()) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name.to_owned());
            }
        }
    }
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        headers.insert(header::VARY, value);
    }
}

/// The content security policy of pages with Swagger UI: its scripts are files, its styles are inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// Returns the content security policy of a path.
fn content_security_policy(table: &RoutingTable, path: &str) -> &'static str {
    if path == "/" || path.starts_with("/docs") || table.has_page(path) {
        PAGE_POLICY
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    }
}

/// Adds the headers that every response carries.
fn dress(headers: &mut HeaderMap, policy: &'static str, request_id: Option<HeaderValue>) {
    let policy = HeaderValue::from_static(policy);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if let Some(id) = request_id {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in EVERYWHERE {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// The headers of every response. A page that sets one of them keeps its own value.
/// Source: Django's default middleware, as recorded; docs/contract/README.md «Headers».
const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// The inner middleware: finds the operation, performs the checks that precede its handler, and adds Django's headers.
///
/// The order of checks is route, `Accept`, credentials, permission, method.
/// Source: docs/contract/drf.md «Order of checks».
///
/// # Errors
/// The errors of the handler.
pub async fn inner<B: MessageBody + 'static>(
    table: Arc<RoutingTable>,
    authentication: Data<Authentication>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = path(&request);
    if MAX_PATH_BYTES < path.len() {
        // Keeps long paths from the router, whose cost grows with the length because it tries one pattern after
        // another.
        let response = table.respond(path, &Problem::NotFound);
        return Ok(request.into_response(response));
    }
    let Some((entry, other_form)) = table.find(path) else {
        head_as_get(&mut request);
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    // Selects the surface whose handlers the router tries.
    request.extensions_mut().insert(RoutedTo(entry.surface));
    let mut response = match judge(entry, &authentication, &request).await {
        Some(response) => request.into_response(response),
        None => {
            if let Some(other_form) = other_form {
                rewrite(&mut request, other_form);
            }
            head_as_get(&mut request);
            next.call(request).await?.map_into_boxed_body()
        }
    };
    if entry.surface.is_rest_framework() {
        let headers = response.headers_mut();
        headers.insert(header::ALLOW, entry.allow.clone());
    }
    Ok(response)
}

/// Returns the response of a request that fails a check before its handler, or `None` if the handler runs.
async fn judge(
    entry: &Entry,
    authentication: &Authentication,
    request: &ServiceRequest,
) -> Option<HttpResponse<BoxBody>> {
    let refuse = |problem: Problem| Some(entry.surface.respond(&problem));
    if entry.surface.is_rest_framework() {
        match content_negotiation::format(request.query_string()) {
            Some(format) if format != "json" => return refuse(Problem::NotFound),
            Some(_) => {}
            None if !content_negotiation::takes_json(request.headers()) => {
                return refuse(Problem::NotAcceptable);
            }
            None => {}
        }
    }
    let method = request.method();
    let is_served = entry.serves(method) || (*method == Method::HEAD && entry.serves(&Method::GET));
    if is_served {
        return None;
    }
    if entry.surface.is_rest_framework() {
        if let Some(problem) = unauthorised(entry, authentication, request).await {
            return refuse(problem);
        }
        if *method == Method::OPTIONS {
            return Some(describe(entry));
        }
    }
    let mut response = entry
        .surface
        .respond(&Problem::MethodNotAllowed(method.clone()));
    response
        .headers_mut()
        .insert(header::ALLOW, entry.allow.clone());
    Some(response)
}

/// Returns the authentication or permission error of a method that is not served. Django REST framework checks both
/// before the method.
async fn unauthorised(
    entry: &Entry,
    authentication: &Authentication,
    request: &ServiceRequest,
) -> Option<Problem> {
    let access = entry.access_otherwise(request.method());
    if access == Access::Open {
        return None;
    }
    let credential = entry.surface.credential(authorization(request.headers()));
    match authentication.identify(credential).await {
        Err(problem) => Some(problem),
        Ok(None) if access == Access::Required => Some(AuthFault::NotGiven.into()),
        Ok(None) => None,
        Ok(Some(caller)) => {
            let needs = entry.needs_otherwise(request.method());
            needs.of_caller(authentication, &caller).await.err()
        }
    }
}

/// Returns the response of OPTIONS. Source: docs/contract/drf.md «OPTIONS».
fn describe(entry: &Entry) -> HttpResponse<BoxBody> {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .body(
            json!({
                "name": entry.name,
                "description": entry.description,
                "renders": ["application/json"],
                "parses": [
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data",
                ],
            })
            .to_string(),
        )
}

/// Routes HEAD to the handler of GET. The server keeps the length of the body and omits the body.
fn head_as_get(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
}

/// Changes the request's path into its documented form.
fn rewrite(request: &mut ServiceRequest, rewrite: Rewrite) {
    let mut target = rewrite.apply(request.uri().path());
    if !request.query_string().is_empty() {
        target = format!("{target}?{}", request.query_string());
    }
    let mut parts = request.uri().clone().into_parts();
    let Ok(target) = PathAndQuery::from_maybe_shared(target) else {
        return;
    };
    parts.path_and_query = Some(target);
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().set(Url::new(uri.clone()));
        request.head_mut().uri = uri;
    }
}
