//! Points in time in settings.

use std::{fmt, str::FromStr};

use loggia_kernel::Timestamp;

/// A point in time.
///
/// Shape: an RFC 3339 date-time, as `2026-11-01T18:00:00Z`; or a date, which means its beginning in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(Timestamp);

impl Moment {
    /// Returns the point in time as a [`Timestamp`].
    pub fn get(self) -> Timestamp {
        self.0
    }
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Timestamp::from_rfc3339(text)
            .or_else(|| Timestamp::from_rfc3339(&format!("{text}T00:00:00Z")))
            .map(Self)
            .ok_or("write a date as 2026-11-01, or a date and time as 2026-11-01T18:00:00Z")
    }
}

/// Writes the date-time in UTC.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.to_utc().format("%Y-%m-%dT%H:%M:%S%.fZ"))
    }
}
