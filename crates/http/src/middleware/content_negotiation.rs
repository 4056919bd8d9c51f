//! Content negotiation: `Accept` and `?format=`.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Returns whether the client accepts JSON. `text/html` counts too, because browsers get JSON; parameters are ignored.
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

/// Returns the value of `?format=`.
pub(super) fn format(query: &str) -> Option<String> {
    if query.is_empty() {
        return None;
    }
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "format")
        .map(|(_, value)| value.into_owned())
}
