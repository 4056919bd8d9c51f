//! Timestamps and the clock.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use diesel_derive_newtype::DieselNewType;

/// An instant in UTC.
///
/// Shape: truncated to microseconds, the precision of both databases, so that a value read back equals the one written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct Timestamp(NaiveDateTime);

impl Timestamp {
    /// Creates a timestamp, truncated to microseconds.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.naive_utc().trunc_subsecs(6))
    }

    /// Creates a timestamp from Unix seconds, which may be negative; `None` outside of the calendar's range.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self::new)
    }

    /// Returns whole Unix seconds, as used in tokens.
    pub fn unix_seconds(self) -> i64 {
        self.0.and_utc().timestamp()
    }

    /// Returns the fraction of the second, in nanoseconds.
    pub fn subsec_nanos(self) -> u32 {
        self.0.and_utc().timestamp_subsec_nanos()
    }

    /// Returns the timestamp as a `chrono` value.
    pub fn to_utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// Formats the timestamp by RFC 3339, with microseconds and the offset `+00:00`.
    pub fn to_rfc3339(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Micros, false)
    }

    /// Parses an RFC 3339 date-time with any offset; `None` for any other text.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Self::new(moment.to_utc()))
    }

    /// Adds `duration`, saturating at the end of the calendar.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let delta = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self(self.0.checked_add_signed(delta).unwrap_or(NaiveDateTime::MAX).trunc_subsecs(6))
    }

    /// Subtracts `duration`, saturating at the beginning of the calendar.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let delta = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self(self.0.checked_sub_signed(delta).unwrap_or(NaiveDateTime::MIN))
    }

    /// Returns the time since `earlier`, or zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).to_std().unwrap_or_default()
    }
}

/// A source of the current time. Tests use a fixed one.
pub trait Clock: Send + Sync {
    /// Returns the current time. It may step back, when the system's clock is corrected.
    fn now(&self) -> Timestamp;

    /// Returns the monotonic time of this process, which no correction of the system's clock changes. Use it for what
    /// is counted or measured in memory.
    fn monotonic(&self) -> Instant;
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    fn now(&self) -> Timestamp {
        Timestamp::new(Utc::now())
    }

    fn monotonic(&self) -> Instant {
        Instant::now()
    }
}
