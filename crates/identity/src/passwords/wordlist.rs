//! The list of common passwords of Django; see `common-passwords.NOTICE`.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

static PACKED: &[u8] = include_bytes!("common-passwords.txt.gz");

/// One password a line, in lower case, most frequent first.
#[expect(clippy::expect_used, reason = "the file is part of the program, and a test unpacks it")]
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    GzDecoder::new(PACKED)
        .read_to_string(&mut text)
        .expect("the compiled-in list of common passwords is sound");
    text
});

/// The lines of [`TEXT`], sorted: half the memory of a hash set.
static SORTED: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut lines: Vec<&str> = TEXT.lines().map(str::trim).collect();
    lines.sort_unstable();
    lines
});

/// Returns whether the password is on the list, ignoring case and surrounding white space.
pub(super) fn contains(password: &str) -> bool {
    let password = password.to_lowercase();
    let password = password.trim_matches(is_space);
    SORTED.binary_search(&password).is_ok()
}

/// Matches Python's white space: Unicode's, and four ASCII separators.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c)
}
