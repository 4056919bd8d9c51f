//! Rates as settings write them.

use std::{fmt, str::FromStr};

use super::Period;
use loggia_http::throttling::Rate;

/// At most so many in so long a time.
///
/// Shape: a whole number, `/`, and a span of time, as `3/1h` or `60/15m`; at least one, at most a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateRule {
    limit: usize,
    window: Period,
}

const MAX_LIMIT: usize = 1_000_000;

impl RateRule {
    /// As throttles have it.
    pub fn get(self) -> Rate {
        Rate {
            limit: self.limit,
            window: self.window.get(),
        }
    }
}

impl FromStr for RateRule {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a whole number, a slash and a span of time, as in 3/1h";
        let (limit, window) = text.split_once('/').ok_or(FORM)?;
        let limit = limit
            .trim()
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or("the number must be between 1 and 1000000")?;
        Ok(Self {
            limit,
            window: window.parse()?,
        })
    }
}

impl fmt::Display for RateRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.limit, self.window)
    }
}
