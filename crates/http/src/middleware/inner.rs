//! The inner middleware.

use std::sync::Arc;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse, Url},
    http::{Method, Uri, header, uri::PathAndQuery},
    middleware::Next,
    web::Data,
};
use serde_json::json;

use super::{
    content_negotiation,
    routing_table::{Entry, MAX_PATH_BYTES, Rewrite, RoutingTable, requested_path},
};
use crate::{
    AnySurface,
    auth::{Access, Authentication, authorization},
    error::{AuthFault, Problem},
};

/// The surface whose operation a request is for. The router tries only the handlers of this surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutedTo(pub AnySurface);

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
    let path = requested_path(&request);
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
    let mut response = entry.surface.respond(&Problem::MethodNotAllowed(method.clone()));
    response.headers_mut().insert(header::ALLOW, entry.allow.clone());
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
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(
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
