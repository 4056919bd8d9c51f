//! The gateway: one account backend with five faces, over HTTP.

pub mod caller;
pub mod cli;
pub mod config;
pub mod dialect;
pub mod docs;
pub mod front;
pub mod health;
pub mod letters;
pub mod once;
pub mod ports;
pub mod problem;
pub mod seal;
pub mod serve;
pub mod services;
pub mod surface;
pub mod telemetry;
pub mod throttle;
pub mod uploads;
pub mod wire;
pub mod worker;

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::{
    App, HttpRequest, Scope,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::{GuardContext, fn_guard},
    http::{Method, header},
    middleware::{Compress, Condition, from_fn},
    web::{self, Data},
};

use crate::{
    docs::Document,
    front::{Face, Table},
    problem::Problem,
};

pub use services::Services;

/// What all workers share: the services, and what is known of the paths.
#[derive(Clone)]
pub struct Gateway {
    services: Services,
    documents: Arc<[Document]>,
    table: Arc<Table>,
}

impl Gateway {
    /// Makes the documents and the table of paths, once, of the surfaces that are switched on.
    pub fn new(services: Services) -> Self {
        let described: Vec<_> = surface::SURFACES
            .iter()
            .filter(|surface| services.options.serves_named(surface.name))
            .map(|surface| (surface, docs::describe(surface)))
            .collect();
        let documents = described
            .iter()
            .map(|(surface, api)| Document::of(surface, api));
        let table = Table::of(described.iter().map(|(surface, api)| (surface.face, api)));
        Self {
            services,
            documents: documents.collect(),
            table: Arc::new(table),
        }
    }

    /// What stands at which path.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The documents of the surfaces that are switched on.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }
}

/// The application: what `main` serves and the tests ask.
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
    let Gateway {
        services,
        documents,
        table,
    } = gateway.clone();
    let is_cors_on = !services.options.cors_origins.is_empty();
    let cors = cors(&services);
    let services = Data::new(services);
    let (known, shared) = (table.clone(), services.clone());
    let inner =
        from_fn(move |request, next| front::inner(known.clone(), shared.clone(), request, next));
    let (known, shared) = (table, services.clone());
    let outer =
        from_fn(move |request, next| front::outer(known.clone(), shared.clone(), request, next));
    App::new()
        .app_data(services.clone())
        .configure(|config| {
            for surface in &surface::SURFACES {
                if services.options.serves_named(surface.name) {
                    config.service(only_for(surface));
                }
            }
            uploads::mount(config);
            docs::mount(config, &documents);
            config.service(health::alive).service(health::ready);
        })
        .default_service(web::to(nothing_here))
        .wrap(inner)
        .wrap(Condition::new(is_cors_on, cors))
        .wrap(Compress::default())
        .wrap(outer)
}

/// A surface's handlers, looked at only where `front` has found one of its paths. actix tries one resource after another, and
/// whoever asks for the last surface would pay for the patterns of all others.
fn only_for(surface: &surface::Published) -> Scope {
    let face = surface.face;
    let is_meant =
        move |request: &GuardContext<'_>| request.req_data().get::<Face>() == Some(&face);
    web::scope("")
        .guard(fn_guard(is_meant))
        .configure(|config| surface.mount(config))
}

/// Exact origins only, with credentials. Source: docs/contract/README.md «Cross-origin requests».
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
            once::KEY,
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

/// Where no operation is known: 404 in the manners of the nearest face.
async fn nothing_here(request: HttpRequest) -> actix_web::HttpResponse {
    Face::of_path(request.match_info().as_str()).respond(&Problem::NotFound)
}
