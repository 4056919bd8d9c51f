//! Which form of answer a client takes.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Whether JSON is among what the client accepts. Browsers get JSON for `text/html`, too; parameters are not looked at.
/// Source: docs/contract/drf.md «Content negotiation».
pub(super) fn takes_json(headers: &HeaderMap) -> bool {
    let mut accepted = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.split(';').next().unwrap_or_default().trim())
        .filter(|range| !range.is_empty())
        .peekable();
    accepted.peek().is_none()
        || accepted.any(|range| {
            ["*/*", "application/*", "application/json", "text/html"]
                .iter()
                .any(|known| range.eq_ignore_ascii_case(known))
        })
}

/// The value of `?format=`.
pub(super) fn format(query: &str) -> Option<String> {
    if query.is_empty() {
        return None;
    }
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "format")
        .map(|(_, value)| value.into_owned())
}
