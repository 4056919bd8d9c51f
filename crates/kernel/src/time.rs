//! Time: one type for a moment, and the only place that asks what time it is.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use diesel_derive_newtype::DieselNewType;

/// A moment in UTC.
///
/// Shape: cut to microseconds when made, because that is what both databases keep; so a value read back equals the one written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
pub struct Timestamp(NaiveDateTime);

impl Timestamp {
    /// Takes a moment, cutting it to microseconds.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.naive_utc().trunc_subsecs(6))
    }

    /// The moment `seconds` after 1970, or before it; `None` beyond what the calendar can tell.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self::new)
    }

    /// Whole seconds since 1970, as tokens count them.
    pub fn unix_seconds(self) -> i64 {
        self.0.and_utc().timestamp()
    }

    /// The part after the whole second, in nanoseconds.
    pub fn subsec_nanos(self) -> u32 {
        self.0.and_utc().timestamp_subsec_nanos()
    }

    /// The moment for a calendar.
    pub fn to_utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// The moment as RFC 3339 has it: with microseconds, and `+00:00` behind it.
    pub fn to_rfc3339(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Micros, false)
    }

    /// The moment of a date-time as RFC 3339 has it, in whatever offset; `None` for any other text.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Self::new(moment.to_utc()))
    }

    /// Later by `duration`; the end of time where the calendar ends.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let delta = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self(
            self.0
                .checked_add_signed(delta)
                .unwrap_or(NaiveDateTime::MAX)
                .trunc_subsecs(6),
        )
    }

    /// Earlier by `duration`; the beginning of time where the calendar begins.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let delta = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self(
            self.0
                .checked_sub_signed(delta)
                .unwrap_or(NaiveDateTime::MIN),
        )
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).to_std().unwrap_or_default()
    }
}

/// Where the time comes from. Tests hold it still.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the time"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::new(Utc::now())
    }
}
