//! What happens to every request before and after its handler: the order of checks, and the headers of every answer.

mod client_info;
mod content_negotiation;
mod paths;
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
use ipnet::IpNet;
use serde_json::json;
use tracing::Instrument;

use crate::{
    AnySurface,
    auth::{Authentication, authorization},
    error::{AuthFault, Problem},
    openapi,
};

use self::{client_info::REQUEST_ID, request_span::Asked, routing_table::MAX_PATH_BYTES};

pub use self::{
    client_info::{ClientAddress, ClientInfo, client_address},
    routing_table::{Access, Entry, RoutingTable, access, needs},
};

/// The surface whose operation a request is for: tells the router which handlers to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutedTo(pub AnySurface);

/// The outer half: the request's id and its place in the log, and the headers that every answer carries, errors included.
///
/// # Errors
/// What the inner half cannot answer for.
pub async fn outer<B: MessageBody + 'static>(
    table: Arc<RoutingTable>,
    trusted_proxies: Arc<[IpNet]>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let client = ClientInfo::of(&request, &trusted_proxies);
    let path = path(&request);
    let entry = table.find(path).map(|(entry, _)| entry);
    let surface = entry.map_or_else(|| table.surface_of(path), |entry| Some(entry.surface));
    let is_negotiated = entry.is_some_and(|entry| entry.surface.is_rest_framework());
    let policy = openapi::content_security_policy(path);
    let asked = Asked::now(&request, path, &table, &client);
    let id = HeaderValue::from_str(&client.request_id).ok();
    request.extensions_mut().insert(client);
    // A panic ends the request that caused it, and nothing else. Routing changes the request in place, so nobody may hold
    // it here; the answer goes out as an error that brings its own response.
    let outcome = AssertUnwindSafe(next.call(request))
        .catch_unwind()
        .instrument(asked.span.clone())
        .await;
    match outcome {
        Ok(Ok(response)) => {
            asked.answered(response.status());
            let mut response = response.map_into_boxed_body();
            if is_negotiated {
                vary_by_accept(response.headers_mut());
            }
            dress(response.headers_mut(), policy, id);
            Ok(response)
        }
        Ok(Err(error)) => {
            asked.answered(error.as_response_error().status_code());
            Err(error)
        }
        Err(_) => {
            let mut response = {
                let _logged = asked.span.enter();
                let problem = Problem::Internal("a handler panicked".into());
                surface.map_or_else(
                    || HttpResponse::InternalServerError().finish(),
                    |surface| surface.respond(&problem),
                )
            };
            asked.answered(response.status());
            dress(response.headers_mut(), policy, id);
            Err(InternalError::from_response("a handler panicked", response).into())
        }
    }
}

/// As the router sees it: with needless escapes undone.
fn path(request: &ServiceRequest) -> &str {
    request.match_info().unprocessed()
}

/// Says that the answer hangs on `Accept` beside what compression and CORS have said, which do not look at each other.
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

/// Adds the headers that every answer carries.
fn dress(headers: &mut HeaderMap, policy: &'static str, request_id: Option<HeaderValue>) {
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = HeaderValue::from_static(policy);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Some(id) = request_id {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in EVERYWHERE {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// Source: Django's default middleware, as recorded; docs/contract/README.md «Headers».
/// A page that sets one of them itself keeps its own.
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

/// The inner half: which operation is meant, whether it may be asked for in this way, and Django's headers.
///
/// The order of checks is route, `Accept`, credentials, permission, method.
/// Source: docs/contract/drf.md «Order of checks».
///
/// # Errors
/// What the handler cannot answer for.
pub async fn inner<B: MessageBody + 'static>(
    table: Arc<RoutingTable>,
    authentication: Data<Authentication>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = path(&request);
    if MAX_PATH_BYTES < path.len() {
        // The router, which tries one pattern after another, is not given it.
        let response = table.respond(path, &Problem::NotFound);
        return Ok(request.into_response(response));
    }
    let Some((entry, canonical)) = table.find(path) else {
        head_as_get(&mut request);
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    // Tells the router which surface's handlers to look at.
    request.extensions_mut().insert(RoutedTo(entry.surface));
    let mut response = match judge(entry, &authentication, &request).await {
        Some(response) => request.into_response(response),
        None => {
            if let Some(path) = canonical {
                rewrite(&mut request, &path);
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

/// What can be said without the handler; `None` if it is its turn.
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

/// Django REST framework judges credentials, and what their owner may, before it looks for the method.
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
            needs
                .of_caller(&*authentication.assignments, &caller)
                .await
                .err()
        }
    }
}

/// What OPTIONS says. Source: docs/contract/drf.md «OPTIONS».
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

/// HEAD works wherever GET does: the server keeps the length of the body and leaves the body away.
fn head_as_get(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
}

/// Makes the request one for the path as it is documented, which differs in the last slash alone. What was escaped
/// stays so: not all of it could stand in a path as it is.
fn rewrite(request: &mut ServiceRequest, path: &str) {
    let sent = request.uri().path();
    let mut target = match path.strip_suffix('/') {
        Some(_) => format!("{sent}/"),
        None => sent.strip_suffix('/').unwrap_or(sent).to_owned(),
    };
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
