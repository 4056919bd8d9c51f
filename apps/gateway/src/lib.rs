//! The gateway: one account backend with four surfaces, over HTTP.

pub mod cli;
pub mod config;
pub mod email;
pub mod health;
pub mod migrations;
pub mod state;
pub mod surfaces;
pub mod telemetry;
pub mod worker;

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::{
    App, HttpRequest, HttpResponse, Scope,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::{GuardContext, fn_guard},
    http::{Method, header},
    middleware::{Compress, Condition, from_fn},
    web::{self, Data},
};
use loggia_http::{
    AnySurface,
    error::Problem,
    middleware::{self, RoutedTo, RoutingTable, TrustedProxies},
    openapi::{self, Document},
    request::idempotency,
};

use crate::surfaces::SURFACES;

pub use state::Services;

/// The state that all HTTP workers share: services, documents and routing table.
#[derive(Clone)]
pub struct Gateway {
    services: Services,
    documents: Arc<[Document]>,
    table: Arc<RoutingTable>,
}

impl Gateway {
    /// Creates the documents and the routing table of the enabled surfaces.
    pub fn new(services: Services) -> Self {
        let described: Vec<_> = SURFACES
            .into_iter()
            .filter(|surface| services.options.surfaces.contains(surface))
            .map(|surface| (surface, openapi::describe(&surface)))
            .collect();
        let documents = described.iter().map(|(surface, api)| Document::of(*surface, api));
        let table = described.iter().map(|(surface, api)| (*surface, api));
        let table = RoutingTable::of(&SURFACES, table);
        Self { services, documents: documents.collect(), table: Arc::new(table) }
    }

    /// Returns the routing table.
    pub fn table(&self) -> &RoutingTable {
        &self.table
    }

    /// Returns the documents of the enabled surfaces.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }
}

/// Creates the actix application. Production and tests use the same one.
pub fn app(
    gateway: &Gateway,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let Gateway { services, documents, table } = gateway.clone();
    let served = services.options.surfaces.clone();
    let is_cors_on = !services.options.cors_origins.is_empty();
    let cors = cors(&services);
    let authentication = Data::new(services.authentication());
    let trusted_proxies = TrustedProxies(services.options.trusted_proxies.as_slice().into());
    let (routing, auth) = (Arc::clone(&table), authentication.clone());
    let inner = from_fn(move |request, next| {
        middleware::inner(Arc::clone(&routing), auth.clone(), request, next)
    });
    let routing = Arc::clone(&table);
    let outer =
        from_fn(move |request, next| middleware::outer(Arc::clone(&routing), request, next));
    App::new()
        .app_data(authentication)
        .app_data(Data::from(Arc::clone(&table)))
        .app_data(trusted_proxies)
        .configure(|config| {
            services.mount_state(config);
            for surface in SURFACES.into_iter().filter(|surface| served.contains(surface)) {
                config.service(only_for(surface));
                surface.mount_undocumented(config);
            }
            openapi::mount(config, &documents);
            config.service(health::alive).service(health::ready);
        })
        .default_service(web::to(move |request: HttpRequest| {
            std::future::ready(unknown_path(&table, &request))
        }))
        .wrap(inner)
        .wrap(Condition::new(is_cors_on, cors))
        .wrap(Compress::default())
        .wrap(outer)
        .wrap(middleware::root_span())
}

/// Returns a scope with a surface's handlers that only requests routed to the surface enter. actix tries resources one
/// after another, so without the guard a request would pay for the patterns of all surfaces before its own.
fn only_for(surface: AnySurface) -> Scope {
    let is_meant = move |request: &GuardContext<'_>| {
        request.req_data().get::<RoutedTo>() == Some(&RoutedTo(surface))
    };
    web::scope("").guard(fn_guard(is_meant)).configure(|config| surface.mount(config))
}

/// Allows the exact origins of the settings, with credentials.
/// Source: docs/contract/README.md «Cross-origin requests».
fn cors(services: &Services) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods([
            Method::DELETE,
            Method::GET,
            Method::OPTIONS,
            Method::PATCH,
            Method::POST,
            Method::PUT,
        ])
        .allowed_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::USER_AGENT,
            idempotency::KEY,
            header::HeaderName::from_static("x-csrftoken"),
            header::HeaderName::from_static("x-requested-with"),
        ])
        .expose_headers([
            "x-request-id",
            "retry-after",
            "x-total-count",
            "link",
            "etag",
            "idempotency-replayed",
        ])
        .supports_credentials()
        .max_age(86_400);
    for origin in &services.options.cors_origins {
        cors = cors.allowed_origin(origin.as_str());
    }
    cors
}

/// Responds where no operation exists: 404 in the format of the nearest surface.
fn unknown_path(table: &RoutingTable, request: &HttpRequest) -> HttpResponse {
    table.respond(request.match_info().as_str(), &Problem::NotFound)
}
