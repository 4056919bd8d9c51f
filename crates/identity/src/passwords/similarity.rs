//! Similarity of a password to a name or an email address: Python's `quick_ratio`, as Django uses it.
//!
//! Source: django/contrib/auth/password_validation.py, `UserAttributeSimilarityValidator`, 5.2.19.

use std::cmp::Ordering;

use unicode_normalization::char::is_combining_mark;

/// The lowest ratio that counts as similar. Django's default is 0.7, which rejects `example_password` for
/// `example_user` (0.714).
const LIMIT: f64 = 0.75;

/// The characters of a text, sorted by code point, with repetitions.
pub(super) struct SortedChars(Vec<char>);

impl SortedChars {
    /// Sorts the characters without case folding.
    pub(super) fn of(text: &str) -> Self {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        Self(chars)
    }

    /// Returns the number of common characters, counting repetitions.
    fn overlap(&self, other: &Self) -> usize {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            match a.cmp(b) {
                Ordering::Less => _ = left.next(),
                Ordering::Greater => _ = right.next(),
                Ordering::Equal => {
                    common += 1;
                    left.next();
                    right.next();
                }
            }
        }
        common
    }
}

/// Returns whether the password (in lower case) resembles `value` or a part of it.
///
/// Parts are separated by characters that Python's `\w` does not match. An empty value resembles nothing.
pub(super) fn is_similar(password: &SortedChars, value: &str) -> bool {
    let value = value.to_lowercase();
    value
        .split(|c| !is_word(c))
        .chain([value.as_str()])
        .filter(|part| !part.is_empty())
        .any(|part| resembles(password, &SortedChars::of(part)))
}

fn resembles(password: &SortedChars, part: &SortedChars) -> bool {
    let (password_len, part_len) = (password.0.len(), part.0.len());
    // The lengths differ too much for similarity. Skip the comparison.
    let is_skipped =
        password_len >= 10 * part_len && (part_len as f64) < LIMIT / 2.0 * password_len as f64;
    if is_skipped {
        return false;
    }
    let ratio = 2.0 * password.overlap(part) as f64 / (password_len + part_len) as f64;
    ratio >= LIMIT
}

/// Matches Python's `\w`: letters, numbers and the underscore. Rust's `is_alphanumeric` also accepts marks and enclosed
/// letters, which Python does not.
fn is_word(c: char) -> bool {
    let is_enclosed = matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}');
    c == '_' || (c.is_alphanumeric() && !is_combining_mark(c) && !is_enclosed)
}
