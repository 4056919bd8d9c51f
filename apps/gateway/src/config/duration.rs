//! Spans of time as settings write them.

use std::{fmt, str::FromStr, time::Duration};

/// A span of time.
///
/// Shape: a whole number and `s`, `m`, `h` or `d`, as `90s`, `60m`, `1d`; at least a second, at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(Duration);

/// Seconds in each unit, the longest first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Longer ones are mistakes, and would leave the calendar when added to a date.
const MAX_SECS: u64 = 10 * 365 * 86_400;

impl Period {
    /// As the standard library has it.
    pub fn get(self) -> Duration {
        self.0
    }
}

impl FromStr for Period {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a whole number and s, m, h or d, as in 60m or 1d";
        let text = text.trim();
        let unit = text.chars().next_back().ok_or(FORM)?;
        let (_, unit_secs) = UNITS
            .into_iter()
            .find(|(name, _)| *name == unit)
            .ok_or(FORM)?;
        let number = &text[..text.len() - unit.len_utf8()];
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(FORM);
        }
        let secs = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(unit_secs))
            .filter(|secs| (1..=MAX_SECS).contains(secs))
            .ok_or("it must be between 1s and 3650d")?;
        Ok(Self(Duration::from_secs(secs)))
    }
}

/// In the longest unit that leaves no rest.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.0.as_secs();
        for (name, unit_secs) in UNITS {
            if secs.is_multiple_of(unit_secs) {
                return write!(f, "{}{name}", secs / unit_secs);
            }
        }
        Ok(())
    }
}
