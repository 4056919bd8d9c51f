//! Timestamps in responses.

use chrono::SecondsFormat;
use loggia_kernel::Timestamp;

/// Formats a time as `v1` does.
pub(super) fn written(time: Timestamp) -> String {
    time.to_utc().to_rfc3339_opts(SecondsFormat::Micros, false)
}
