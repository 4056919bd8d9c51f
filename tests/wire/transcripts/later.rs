//! Paths which are not served yet. The list only shrinks.

use std::sync::LazyLock;

use regex::Regex;

/// What is not served yet: a pattern for whole paths as they stand in the transcripts (query left
/// out, variables not filled in), and what brings it.
const LATER: &[(&str, &str)] = &[(r"/api/upload(/.*)?", "storage")];

static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = LATER.iter().map(|(pattern, reason)| {
        let regex = Regex::new(&format!(r"^{pattern}(\?.*)?\z")).expect("a fixed pattern");
        (regex, *reason)
    });
    patterns.collect()
});

/// What brings the path, if it is not served yet.
pub(crate) fn brought_by(path: &str) -> Option<&'static str> {
    PATTERNS
        .iter()
        .find(|(pattern, _)| pattern.is_match(path))
        .map(|(_, reason)| *reason)
}
