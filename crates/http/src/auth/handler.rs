//! Registration of handlers: the routing and the document learn from a handler's signature who may call it.

use actix_web::{
    FromRequest, Handler, Resource, Responder,
    dev::{AppService, HttpServiceFactory},
    guard::{GuardContext, fn_guard},
    http::Method,
};
use utoipa::{
    __dev::SchemaReferences,
    openapi::{
        RefOr, Schema,
        path::{HttpMethod, Operation, PathItem, Paths},
        security::SecurityRequirement,
    },
};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig};

use super::{
    access::Access,
    guard::{Guard, Policy},
};
use crate::Surface;

/// The name of the security scheme of every surface.
pub const SCHEME: &str = "bearer";

/// Arguments of a handler that is guarded.
#[diagnostic::on_unimplemented(
    message = "the first argument of a handler must be a `Guard`",
    note = "for an operation that everyone may call use `Guard<S, Anyone>`"
)]
pub trait Secured {
    /// The operation's `security` in the document.
    fn security() -> Vec<SecurityRequirement>;
}

impl<S: Surface, P: Policy<S>> Secured for Guard<S, P> {
    fn security() -> Vec<SecurityRequirement> {
        let bearer = SecurityRequirement::new(SCHEME, P::SCOPES.iter().copied());
        match P::ACCESS {
            Access::Open => Vec::new(),
            Access::Optional => vec![SecurityRequirement::default(), bearer],
            Access::Required => vec![bearer],
        }
    }
}

/// Implements [`Secured`] for the arguments of handlers with one guard and some other arguments.
macro_rules! secured {
    ($(($($other:ident),*))*) => {
        $(impl<G: Secured, $($other),*> Secured for (G, $($other,)*) {
            fn security() -> Vec<SecurityRequirement> {
                G::security()
            }
        })*
    };
}

secured! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) }

/// Registers handlers, each with what `#[utoipa::path]` says of it.
pub trait Handlers {
    /// Registers `handler` at the path and for the method that `description` names: the unit struct `__path_<handler>`, which
    /// `#[utoipa::path]` generates. The document's `security` is the handler's [`Guard`].
    fn handler<F, Args, P>(&mut self, handler: F, description: P) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + Secured + 'static,
        F::Output: Responder + 'static,
        P: utoipa::Path + SchemaReferences + for<'t> utoipa::__dev::Tags<'t> + 'static;
}

impl Handlers for ServiceConfig<'_> {
    fn handler<F, Args, P>(&mut self, handler: F, description: P) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + Secured + 'static,
        F::Output: Responder + 'static,
        P: utoipa::Path + SchemaReferences + for<'t> utoipa::__dev::Tags<'t> + 'static,
    {
        let methods: Vec<Method> = P::methods().iter().map(as_method).collect();
        let is_meant = move |request: &GuardContext<'_>| methods.contains(&request.head().method);
        self.service(Described {
            resource: Resource::new(P::path()).guard(fn_guard(is_meant)).to(handler),
            paths: secured_paths::<Args>(description.paths()),
            schemas: schemas::<P>(),
        })
    }
}

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A resource with its part of the document.
struct Described {
    resource: Resource,
    paths: Paths,
    schemas: Schemas,
}

impl HttpServiceFactory for Described {
    fn register(self, config: &mut AppService) {
        self.resource.register(config);
    }
}

impl OpenApiFactory for Described {
    fn paths(&self) -> Paths {
        self.paths.clone()
    }

    fn schemas(&self, schemas: &mut Schemas) {
        schemas.extend_from_slice(&self.schemas);
    }
}

fn schemas<P: SchemaReferences>() -> Schemas {
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    schemas
}

fn secured_paths<Args: Secured>(mut paths: Paths) -> Paths {
    let security = Args::security();
    if !security.is_empty() {
        for operation in paths.paths.values_mut().flat_map(operations) {
            operation.security = Some(security.clone());
        }
    }
    paths
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    methods.into_iter().flatten()
}

fn as_method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

#[cfg(test)]
mod tests;
