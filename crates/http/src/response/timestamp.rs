//! Timestamps in the format of Django REST framework.

use loggia_kernel::Timestamp;

/// Formats a timestamp as `2024-01-01T00:00:00Z`, with six digits of fraction if they are not zero.
///
/// Source: docs/contract/drf.md «Response headers and formats»; DRF 3.18, `fields.py`, `DateTimeField`.
pub fn moment(at: Timestamp) -> String {
    let form = if at.subsec_nanos() == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.6fZ" };
    at.to_utc().format(form).to_string()
}

#[cfg(test)]
mod tests;
