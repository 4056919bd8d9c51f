//! The placeholders in expected texts, and comparison of a text with them.

use std::sync::LazyLock;

use regex::Regex;

/// The pattern of each placeholder. Source: the transcripts' README, «Matchers».
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("<jwt>", r"eyJ[\w-]+\.[\w-]+\.[\w-]+"),
    ("<hex40>", "[0-9a-f]{40}"),
    ("<iso8601>", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"),
    ("<reset-token>", r"[\w.~-]+"),
    ("<uid>", r"[\w=-]+"),
    ("<host>", r"[^/\s]+"),
    ("<text>", "(?s:.+)"),
    ("<generated>", r"[\w.@+-]{1,150}"),
    ("<int>", r"\d+"),
];

/// The end of a text that was recorded only in part.
const CUT_OFF: &str = " <…>";

static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<[a-z0-9-]+>").expect("a fixed pattern"));

static SPACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s+").expect("a fixed pattern"));

/// Returns whether `got` matches `want`, with its placeholders replaced by their patterns.
pub(crate) fn text_matches(want: &str, got: &str) -> bool {
    if want == got {
        return true;
    }
    let (want, got, end) = match want.strip_suffix(CUT_OFF) {
        Some(beginning) => (beginning, one_spaced(got), ""),
        None => (want, got.to_owned(), r"\z"),
    };
    Regex::new(&format!("^{}{end}", pattern_of(want))).is_ok_and(|regex| regex.is_match(&got))
}

/// Returns whether the regular expression matches the whole of `got`; `false` if it does not compile.
pub(crate) fn matches_whole(expression: &str, got: &str) -> bool {
    Regex::new(&format!(r"^(?:{expression})\z")).is_ok_and(|regex| regex.is_match(got))
}

/// Returns `text` with every run of white space replaced by one space, and trimmed.
pub(crate) fn one_spaced(text: &str) -> String {
    SPACE.replace_all(text, " ").trim().to_owned()
}

fn pattern_of(want: &str) -> String {
    let mut pattern = String::new();
    let mut rest = 0;
    for found in PLACEHOLDER.find_iter(want) {
        let known = PLACEHOLDERS.iter().find(|(name, _)| *name == found.as_str());
        let Some((_, stands_for)) = known else {
            continue;
        };
        pattern.push_str(&regex::escape(&want[rest..found.start()]));
        pattern.push_str(stands_for);
        rest = found.end();
    }
    pattern.push_str(&regex::escape(&want[rest..]));
    pattern
}
