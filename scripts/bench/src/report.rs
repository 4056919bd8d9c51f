//! Output: results on standard output, progress on standard error.

use std::io::{self, Write};

/// Prints one line of a result.
pub(crate) fn line(text: impl AsRef<str>) {
    // The reader may be gone.
    let _ = writeln!(io::stdout().lock(), "{}", text.as_ref());
}

/// Prints the current step.
pub(crate) fn progress(text: impl AsRef<str>) {
    eprintln!("  {}", text.as_ref());
}

/// Returns the median; zero if there are no values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Formats a number with a comma at each thousand.
pub(crate) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
