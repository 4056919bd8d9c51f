//! Durations in settings.

use std::{fmt, str::FromStr, time::Duration};

/// A duration.
///
/// Shape: an integer and `s`, `m`, `h` or `d`, as `90s`, `60m`, `1d`; at least one second, at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(Duration);

/// Seconds per unit, the longest unit first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The longest duration. Longer ones are mistakes, and could leave the range of dates.
const MAX_SECS: u64 = 10 * 365 * 86_400;

impl Period {
    /// Returns the duration as a [`Duration`].
    pub fn get(self) -> Duration {
        self.0
    }
}

impl FromStr for Period {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write an integer and s, m, h or d, as in 60m or 1d";
        let text = text.trim();
        let unit = text.chars().next_back().ok_or(FORM)?;
        let (_, unit_secs) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or(FORM)?;
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

/// Writes the duration in the longest unit that divides it.
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
