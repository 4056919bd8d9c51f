//! The routing table: paths, their methods and their access rules, derived from the OpenAPI documents.

use actix_web::{
    HttpResponse,
    body::BoxBody,
    dev::ServiceRequest,
    http::{Method, header::HeaderValue},
};
use matchit::Router;
use utoipa::openapi::{OpenApi, path::Operation};

use crate::{
    AnySurface,
    auth::{Access, Needs, access, needs},
    error::Problem,
};

/// How a path gets its documented form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewrite {
    /// By a slash at its end.
    AddSlash,
    /// Without the slash at its end.
    RemoveSlash,
    /// By a slash in place of `.json` or `.json/`.
    RemoveFormat,
}

impl Rewrite {
    /// Returns the documented form of a path as it was sent. Escapes stay: a decoded path may not be a valid one.
    pub(super) fn apply(self, sent: &str) -> String {
        match self {
            Self::AddSlash => format!("{sent}/"),
            Self::RemoveSlash => sent.strip_suffix('/').unwrap_or(sent).to_owned(),
            Self::RemoveFormat => {
                let path = sent.strip_suffix('/').unwrap_or(sent);
                let stem = path.strip_suffix(".json").unwrap_or(path);
                format!("{}/", stem.strip_suffix('/').unwrap_or(stem))
            }
        }
    }
}

/// A path and its operations.
pub struct Entry {
    /// The documented form of the path.
    pub path: String,
    /// The surface that the path belongs to.
    pub surface: AnySurface,
    /// The value of `Allow`.
    pub allow: HeaderValue,
    /// The name in the response of OPTIONS.
    pub name: String,
    /// The description in the response of OPTIONS.
    pub description: String,
    methods: Vec<Served>,
}

/// A method that is served.
struct Served {
    method: Method,
    access: Access,
    needs: Needs,
}

impl Entry {
    /// Returns whether a handler serves this method.
    pub fn serves(&self, method: &Method) -> bool {
        self.methods.iter().any(|served| served.method == *method)
    }

    /// Returns the access rule of a method that is not served: callers who fail it get its error instead of 405.
    ///
    /// djoser's view set requires authentication for every unknown method.
    /// Source: docs/contract/drf.md «Order of checks».
    pub fn access_otherwise(&self, method: &Method) -> Access {
        if self.surface.protects_unknown_methods(&self.path) {
            return Access::Required;
        }
        let accesses = self.alike(method).map(|served| served.access);
        accesses.max().unwrap_or(Access::Open)
    }

    /// Returns the permissions that a method which is not served requires.
    pub fn needs_otherwise(&self, method: &Method) -> Needs {
        let mut any_of: Vec<String> = Vec::new();
        for served in self.alike(method) {
            match &served.needs {
                Needs::AnyOf(codenames) => any_of.extend(codenames.iter().cloned()),
                others => return others.clone(),
            }
        }
        any_of.sort();
        any_of.dedup();
        Needs::of(any_of)
    }

    /// Returns the served methods of the same kind as one that is not served: the safe ones or the unsafe ones, or all
    /// if none is of its kind.
    ///
    /// Source: Django REST framework 3.18, `permissions.py`, which checks whether a method is safe if it has no action
    /// for it.
    fn alike(&self, method: &Method) -> impl Iterator<Item = &Served> {
        let is_safe = method.is_safe();
        let is_any_alike = move |served: &Served| served.method.is_safe() == is_safe;
        let is_filtered = self.methods.iter().any(is_any_alike);
        self.methods.iter().filter(move |served| !is_filtered || is_any_alike(served))
    }

    /// Returns each served method with its access rule.
    pub fn operations(&self) -> impl Iterator<Item = (&Method, Access)> {
        self.methods.iter().map(|served| (&served.method, served.access))
    }
}

/// The longest path that is looked up. The cost of a lookup grows with the length, and no credentials are checked yet.
pub(super) const MAX_PATH_BYTES: usize = 2048;

/// All paths.
pub struct RoutingTable {
    surfaces: Vec<AnySurface>,
    entries: Vec<Entry>,
    /// The position of each path in `entries`. A literal segment goes before a parameter.
    paths: Router<usize>,
}

impl RoutingTable {
    /// Reads the documents of the surfaces that are served. `surfaces` are all that exist: what is not served keeps its
    /// error format.
    pub fn of<'a>(
        surfaces: &[AnySurface],
        documents: impl IntoIterator<Item = (AnySurface, &'a OpenApi)>,
    ) -> Self {
        let mut table =
            Self { surfaces: surfaces.to_vec(), entries: Vec::new(), paths: Router::new() };
        for (surface, document) in documents {
            for (path, item) in &document.paths.paths {
                let operations = [
                    (Method::GET, &item.get),
                    (Method::POST, &item.post),
                    (Method::PUT, &item.put),
                    (Method::PATCH, &item.patch),
                    (Method::DELETE, &item.delete),
                ];
                let operations: Vec<(Method, &Operation)> = operations
                    .into_iter()
                    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
                    .collect();
                table.add(entry(surface, path, &operations));
            }
        }
        table
    }

    /// Returns the entry of a path in any of its forms, and how to bring the path into its documented form.
    pub fn find(&self, path: &str) -> Option<(&Entry, Option<Rewrite>)> {
        if MAX_PATH_BYTES < path.len() {
            return None;
        }
        if let Some((bare, format)) = self.format_suffix(path) {
            // The only renderer is JSON. Source: DRF 3.18, `negotiation.py`, `filter_renderers`.
            let entry = (format == "json").then(|| self.at(&bare))??;
            return Some((entry, Some(Rewrite::RemoveFormat)));
        }
        if let Some(entry) = self.at(path) {
            return Some((entry, None));
        }
        match path.strip_suffix('/') {
            // Two slashes at the end are not a form of any path.
            Some(without) if without.ends_with('/') => None,
            Some(without) => Some((self.at(without)?, Some(Rewrite::RemoveSlash))),
            None => Some((self.at(&format!("{path}/"))?, Some(Rewrite::AddSlash))),
        }
    }

    /// Splits a format suffix from a path whose surface has them: `/auth/users/me.json` is `/auth/users/me/` and `json`.
    /// The documented paths of such a surface have no full stop in their last segment.
    ///
    /// Source: DRF 3.18, `urlpatterns.py`, `format_suffix_patterns`: `\.[a-z0-9]+/?` in place of the final slash; and
    /// `routers.py`, whose lookups match no full stop.
    fn format_suffix<'a>(&self, path: &'a str) -> Option<(String, &'a str)> {
        let mut surfaces = self.surfaces.iter();
        if !surfaces.any(|surface| surface.has_format_suffix(path)) {
            return None;
        }
        let (parent, last) = path.strip_suffix('/').unwrap_or(path).rsplit_once('/')?;
        let (name, format) = last.split_once('.')?;
        let slash = if name.is_empty() { "" } else { "/" };
        Some((format!("{parent}/{name}{slash}"), format))
    }

    /// Returns the surface that renders errors of a path where no operation exists.
    /// `None` if no surface has a matching prefix.
    pub fn surface_of(&self, path: &str) -> Option<AnySurface> {
        let candidates = self.surfaces.iter();
        let matching = candidates.filter_map(|surface| Some((surface.prefix_len(path)?, surface)));
        matching.max_by_key(|(len, _)| *len).map(|(_, surface)| *surface)
    }

    /// Returns the response of a path where no operation exists, in the format of the nearest surface.
    pub fn respond(&self, path: &str, problem: &Problem) -> HttpResponse<BoxBody> {
        match self.surface_of(path) {
            Some(surface) => surface.respond(problem),
            None => HttpResponse::NotFound().finish(),
        }
    }

    /// Returns whether `path` belongs to a page of one of the surfaces.
    pub fn has_page(&self, path: &str) -> bool {
        self.surfaces.iter().any(|surface| surface.has_page(path))
    }

    /// Returns the prefix of `path` that may be logged, if the rest must not be.
    pub fn unlogged_prefix(&self, path: &str) -> Option<&'static str> {
        let mut surfaces = self.surfaces.iter();
        surfaces.find_map(|surface| surface.unlogged_prefix(path))
    }

    /// Returns all paths, in no particular order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn at(&self, path: &str) -> Option<&Entry> {
        self.entries.get(*self.paths.at(path).ok()?.value)
    }

    fn add(&mut self, entry: Entry) {
        let place = self.entries.len();
        #[expect(
            clippy::expect_used,
            reason = "one document names a path once, and two surfaces share no path"
        )]
        self.paths.insert(&entry.path, place).expect("paths that do not conflict");
        self.entries.push(entry);
    }
}

fn entry(surface: AnySurface, path: &str, operations: &[(Method, &Operation)]) -> Entry {
    let methods: Vec<Served> = operations
        .iter()
        .map(|(method, operation)| Served {
            method: method.clone(),
            access: access(operation),
            needs: needs(operation),
        })
        .collect();
    let first = operations.first().map(|(_, operation)| *operation);
    let words = |text: Option<&String>| text.cloned().unwrap_or_default();
    Entry {
        path: path.to_owned(),
        surface,
        allow: allow(surface, &methods),
        name: words(first.and_then(|operation| operation.summary.as_ref())),
        description: words(first.and_then(|operation| operation.description.as_ref())),
        methods,
    }
}

/// Source: docs/contract/drf.md «Response headers and formats»; docs/contract/v1.md «Errors».
fn allow(surface: AnySurface, methods: &[Served]) -> HeaderValue {
    let mut names: Vec<&str> = methods.iter().map(|served| served.method.as_str()).collect();
    if surface.is_rest_framework() {
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
    }
    HeaderValue::from_str(&names.join(", ")).unwrap_or(HeaderValue::from_static("OPTIONS"))
}

/// Returns the path as the router sees it: needless escapes are decoded.
pub(super) fn requested_path(request: &ServiceRequest) -> &str {
    request.match_info().unprocessed()
}

#[cfg(test)]
mod tests;
