//! Rates in settings.

use std::{fmt, str::FromStr};

use super::Period;
use loggia_http::throttling::Rate;

/// A limit of requests per time window.
///
/// Shape: an integer, `/` and a duration, as `3/1h` or `60/15m`; at least one, at most a million requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateRule {
    limit: usize,
    window: Period,
}

const MAX_LIMIT: usize = 1_000_000;

impl RateRule {
    /// Returns the rate for throttles.
    pub fn get(self) -> Rate {
        Rate { limit: self.limit, window: self.window.get() }
    }
}

impl FromStr for RateRule {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write an integer, a slash and a duration, as in 3/1h";
        let (limit, window) = text.split_once('/').ok_or(FORM)?;
        let limit = limit
            .trim()
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or("the number must be between 1 and 1000000")?;
        Ok(Self { limit, window: window.parse()? })
    }
}

impl fmt::Display for RateRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.limit, self.window)
    }
}
