//! Search for the numeric suffix of a derived name.

use rand::RngExt;

/// An exponential search followed by a binary search for a free number, which needs few queries.
///
/// Many numbers may be in use, and untrusted users choose names. The search therefore neither reads all numbers nor
/// relies on the largest. It may return a gap between numbers in use.
#[derive(Debug, Default)]
pub(crate) struct Suffix {
    taken: u32,
    free: Option<u32>,
}

impl Suffix {
    /// Returns the number to query next, and whether it is the result of the search.
    pub(crate) fn next(&self) -> (u32, bool) {
        match self.free {
            Some(free) if free.saturating_sub(self.taken) <= 1 => (free, true),
            Some(free) => (self.taken + (free - self.taken) / 2, false),
            None if self.taken == 0 => (1, false),
            // All powers of two are taken only by an attack. A random number is not predictable for the attacker.
            None => (
                self.taken
                    .checked_mul(2)
                    .unwrap_or_else(|| rand::rng().random()),
                false,
            ),
        }
    }

    /// Records whether a number is taken.
    pub(crate) fn record(&mut self, n: u32, is_taken: bool) {
        if is_taken {
            self.taken = n;
        } else {
            self.free = Some(n);
        }
    }
}
