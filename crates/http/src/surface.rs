//! The definition of a surface: a family of paths with one error format, one document and its own emails.

use std::fmt;

use actix_web::{HttpResponse, body::BoxBody, http::StatusCode, web};
use serde_json::Value;
use utoipa::openapi::{OpenApi, RefOr, Schema};

use crate::{
    credentials::Credential,
    dialect::{self, Dialect},
    email::EmailTemplate,
    error::Problem,
    routes::Routes,
};

/// A family of paths that one kind of client expects: routes, credentials, error format, document and emails.
///
/// This is the only definition of a surface. Everything else (routing, 405 and OPTIONS responses, documents, the list of
/// email templates) derives from it, through [`AnySurface`].
pub trait Surface: 'static {
    /// The format of its errors.
    type Dialect: Dialect;

    /// Its name in settings, paths of documents and operation ids: lower-case ASCII letters and digits.
    const NAME: &'static str;

    /// Prefixes of unknown paths whose errors this surface renders. The longest matching prefix of all surfaces wins.
    const PREFIXES: &'static [&'static str];

    /// The title of its OpenAPI document.
    const TITLE: &'static str;

    /// The description in its OpenAPI document.
    const DESCRIPTION: &'static str;

    /// The description of its security scheme: where a client gets a token.
    const CREDENTIALS: &'static str;

    /// The version in its OpenAPI document.
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    /// The path of its OpenAPI document.
    const DOCUMENT_PATH: &'static str;

    /// Further paths at which its OpenAPI document is served.
    const DOCUMENT_ALIASES: &'static [&'static str] = &[];

    /// The description of the 404 of paths that name something.
    const NOT_FOUND: &'static str = "The resource does not exist.";

    /// Path prefixes below which a method that is not served requires credentials before it gets 405.
    const PROTECTED_UNKNOWN_METHODS: &'static [&'static str] = &[];

    /// Path prefixes of its pages, whose content security policy permits scripts of this server.
    const PAGE_PREFIXES: &'static [&'static str] = &[];

    /// Path prefixes below which a path may end in a format suffix, as `.json`.
    const FORMAT_SUFFIX_PREFIXES: &'static [&'static str] = &[];

    /// Path prefixes whose rest never reaches the log.
    const UNLOGGED_PREFIXES: &'static [&'static str] = &[];

    /// Reads the `Authorization` header.
    fn credential(header: Option<&str>) -> Credential<'_>;

    /// Registers its handlers. Routing and the document come from this list.
    fn routes(list: &mut Routes<'_>);

    /// Registers handlers that no document shows.
    fn undocumented_routes(_config: &mut web::ServiceConfig) {}

    /// Returns the emails that its requests cause.
    fn email_templates() -> &'static [EmailTemplate] {
        &[]
    }
}

/// A [`Surface`] as a value: the same definition without its type, for code that handles all surfaces alike.
#[derive(Clone, Copy)]
pub struct AnySurface {
    name: &'static str,
    prefixes: &'static [&'static str],
    title: &'static str,
    description: &'static str,
    credentials: &'static str,
    version: &'static str,
    document_path: &'static str,
    document_aliases: &'static [&'static str],
    not_found: &'static str,
    protected_unknown_methods: &'static [&'static str],
    page_prefixes: &'static [&'static str],
    format_suffix_prefixes: &'static [&'static str],
    unlogged_prefixes: &'static [&'static str],
    is_rest_framework: bool,
    invalid_schemas: &'static [&'static str],
    error_schema: &'static str,
    error_schemas: fn() -> Vec<(String, RefOr<Schema>)>,
    render: fn(&Problem) -> (StatusCode, Value),
    respond: fn(&Problem) -> HttpResponse<BoxBody>,
    credential: fn(Option<&str>) -> Credential<'_>,
    routes: fn(&mut Routes<'_>),
    undocumented_routes: fn(&mut web::ServiceConfig),
    email_templates: fn() -> &'static [EmailTemplate],
}

impl AnySurface {
    /// Erases the type of a surface.
    pub const fn of<S: Surface>() -> Self {
        Self {
            name: S::NAME,
            prefixes: S::PREFIXES,
            title: S::TITLE,
            description: S::DESCRIPTION,
            credentials: S::CREDENTIALS,
            version: S::VERSION,
            document_path: S::DOCUMENT_PATH,
            document_aliases: S::DOCUMENT_ALIASES,
            not_found: S::NOT_FOUND,
            protected_unknown_methods: S::PROTECTED_UNKNOWN_METHODS,
            page_prefixes: S::PAGE_PREFIXES,
            format_suffix_prefixes: S::FORMAT_SUFFIX_PREFIXES,
            unlogged_prefixes: S::UNLOGGED_PREFIXES,
            is_rest_framework: S::Dialect::IS_REST_FRAMEWORK,
            invalid_schemas: S::Dialect::INVALID_SCHEMAS,
            error_schema: S::Dialect::ERROR_SCHEMA,
            error_schemas: S::Dialect::error_schemas,
            render: S::Dialect::render,
            respond: dialect::respond::<S::Dialect>,
            credential: S::credential,
            routes: S::routes,
            undocumented_routes: S::undocumented_routes,
            email_templates: S::email_templates,
        }
    }

    /// Returns the name in settings.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the title of the OpenAPI document.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Returns the description in the OpenAPI document.
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// Returns the description of the security scheme.
    pub fn credentials(&self) -> &'static str {
        self.credentials
    }

    /// Returns the version in the OpenAPI document.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// Returns the path of the OpenAPI document.
    pub fn document_path(&self) -> &'static str {
        self.document_path
    }

    /// Returns further paths of the OpenAPI document.
    pub fn document_aliases(&self) -> &'static [&'static str] {
        self.document_aliases
    }

    /// Returns the description of the 404 of paths that name something.
    pub fn not_found(&self) -> &'static str {
        self.not_found
    }

    /// Returns whether Django REST framework's rules apply: content negotiation, OPTIONS, `Allow` and `Vary` everywhere.
    pub fn is_rest_framework(&self) -> bool {
        self.is_rest_framework
    }

    /// Returns the names of the schemas that describe an invalid request.
    pub fn invalid_schemas(&self) -> &'static [&'static str] {
        self.invalid_schemas
    }

    /// Returns the name of the schema of all other errors.
    pub fn error_schema(&self) -> &'static str {
        self.error_schema
    }

    /// Returns the schemas of all errors, by name.
    pub fn error_schemas(&self) -> Vec<(String, RefOr<Schema>)> {
        (self.error_schemas)()
    }

    /// Returns status and body of a problem.
    pub fn render(&self, problem: &Problem) -> (StatusCode, Value) {
        (self.render)(problem)
    }

    /// Returns the response for a problem.
    pub fn respond(&self, problem: &Problem) -> HttpResponse<BoxBody> {
        (self.respond)(problem)
    }

    /// Reads the `Authorization` header.
    pub fn credential<'a>(&self, header: Option<&'a str>) -> Credential<'a> {
        (self.credential)(header)
    }

    /// Registers its handlers in an application.
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        Routes::mount(config, self.routes);
    }

    /// Registers the handlers that no document shows.
    pub fn mount_undocumented(&self, config: &mut web::ServiceConfig) {
        (self.undocumented_routes)(config);
    }

    /// Returns the document of its handlers, not completed yet.
    pub fn openapi(&self) -> OpenApi {
        Routes::describe(self.routes)
    }

    /// Returns the emails that its requests cause.
    pub fn email_templates(&self) -> &'static [EmailTemplate] {
        (self.email_templates)()
    }

    /// Returns whether an unserved method at this path requires credentials before it gets 405.
    pub(crate) fn protects_unknown_methods(&self, path: &str) -> bool {
        let mut prefixes = self.protected_unknown_methods.iter();
        prefixes.any(|prefix| path.starts_with(prefix))
    }

    /// Returns whether `path` belongs to one of its pages.
    pub(crate) fn has_page(&self, path: &str) -> bool {
        let mut prefixes = self.page_prefixes.iter();
        prefixes.any(|prefix| path.starts_with(prefix))
    }

    /// Returns whether `path` may end in a format suffix.
    pub(crate) fn has_format_suffix(&self, path: &str) -> bool {
        let mut prefixes = self.format_suffix_prefixes.iter();
        prefixes.any(|prefix| path.starts_with(prefix))
    }

    /// Returns the prefix of `path` that may be logged, if the rest must not be.
    pub(crate) fn unlogged_prefix(&self, path: &str) -> Option<&'static str> {
        let mut prefixes = self.unlogged_prefixes.iter();
        prefixes.find(|prefix| path.starts_with(*prefix)).copied()
    }

    /// Returns the length of the longest of its prefixes that `path` starts with.
    pub(crate) fn prefix_len(&self, path: &str) -> Option<usize> {
        let matching = self
            .prefixes
            .iter()
            .filter(|prefix| path.starts_with(*prefix) || path == prefix.trim_end_matches('/'));
        matching.map(|prefix| prefix.len()).max()
    }
}

impl PartialEq for AnySurface {
    /// Compares names, which are unique.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for AnySurface {}

impl fmt::Debug for AnySurface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for AnySurface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
