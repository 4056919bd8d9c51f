//! The headers of every response: security, caching, the request id.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::routing_table::RoutingTable;
use crate::client_info::REQUEST_ID;

/// Adds `Accept` to `Vary`. Merges the headers of compression and CORS, which do not look at each other's.
pub(super) fn vary_by_accept(headers: &mut HeaderMap) {
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
pub(super) fn content_security_policy(table: &RoutingTable, path: &str) -> &'static str {
    if path == "/" || path.starts_with("/docs") || table.has_page(path) {
        PAGE_POLICY
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    }
}

/// Adds the headers that every response carries.
pub(super) fn add_common(
    headers: &mut HeaderMap,
    policy: &'static str,
    request_id: Option<HeaderValue>,
) {
    // At once: the map would grow several times.
    headers.reserve(EVERYWHERE.len() + 2);
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
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];
