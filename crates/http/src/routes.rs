//! Registration of handlers: routing and the document come from one list, and learn from a handler's signature who may call it.

use actix_web::{
    FromRequest, Handler, Resource, Responder,
    guard::{GuardContext, fn_guard},
    http::Method,
    web::ServiceConfig,
};
use utoipa::{
    __dev::{SchemaReferences, Tags},
    openapi::{
        Components, OpenApi, OpenApiBuilder,
        path::{HttpMethod, Operation},
        security::SecurityRequirement,
    },
};

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

/// The list of a surface's handlers while it is read: into an application, or into a document. Each worker builds an
/// application of its own, and none of them needs the document.
pub struct Routes<'a>(Target<'a>);

enum Target<'a> {
    Application(&'a mut ServiceConfig),
    Document(&'a mut OpenApi),
}

impl Routes<'_> {
    /// Registers the handlers in an application.
    pub fn mount(config: &mut ServiceConfig, list: impl FnOnce(&mut Routes<'_>)) {
        list(&mut Routes(Target::Application(config)));
    }

    /// Returns the document of the handlers.
    pub fn describe(list: impl FnOnce(&mut Routes<'_>)) -> OpenApi {
        let mut document = OpenApiBuilder::new().components(Some(Components::new())).build();
        list(&mut Routes(Target::Document(&mut document)));
        document
    }

    /// Registers `handler` at the path and for the method that `_description` names: the unit struct `__path_<handler>`,
    /// which `#[utoipa::path]` generates. The document's `security` is the handler's [`Guard`](crate::auth::Guard).
    pub fn handler<F, Args, P>(&mut self, handler: F, _description: P) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + Secured + 'static,
        F::Output: Responder + 'static,
        P: utoipa::Path + SchemaReferences + for<'t> Tags<'t> + 'static,
    {
        match &mut self.0 {
            Target::Application(config) => {
                let methods: Vec<Method> = P::methods().iter().map(as_method).collect();
                let is_meant =
                    move |request: &GuardContext<'_>| methods.contains(&request.head().method);
                config.service(Resource::new(P::path()).guard(fn_guard(is_meant)).to(handler));
            }
            Target::Document(document) => {
                let operation = operation::<P>(Args::security());
                document.paths.add_path_operation(P::path(), P::methods(), operation);
                let mut schemas = Vec::new();
                P::schemas(&mut schemas);
                let components = document.components.get_or_insert_default();
                components.schemas.extend(schemas);
            }
        }
        self
    }
}

fn operation<P>(security: Vec<SecurityRequirement>) -> Operation
where
    P: utoipa::Path + for<'t> Tags<'t>,
{
    let mut operation = P::operation();
    let tags = P::tags().into_iter().map(str::to_owned);
    operation.tags.get_or_insert_default().extend(tags);
    operation.security = (!security.is_empty()).then_some(security);
    operation
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
