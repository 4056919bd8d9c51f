//! Which number to put behind a name that is taken.

use rand::RngExt;

/// Looks for the first free number with few questions: doubles it until one is free, then halves the gap before that.
///
/// The numbers in use may be many, and names are chosen by strangers: so neither are they all read, nor is the largest
/// of them believed. Where numbers in between are free again, one of those may be found.
#[derive(Debug, Default)]
pub(crate) struct Suffix {
    taken: u32,
    free: Option<u32>,
}

impl Suffix {
    /// The number to ask about next; with `true`, the answer of the whole search.
    pub(crate) fn next(&self) -> (u32, bool) {
        match self.free {
            Some(free) if free.saturating_sub(self.taken) <= 1 => (free, true),
            Some(free) => (self.taken + (free - self.taken) / 2, false),
            None if self.taken == 0 => (1, false),
            // Whoever took all powers of two did so on purpose, and cannot foresee this.
            None => (
                self.taken
                    .checked_mul(2)
                    .unwrap_or_else(|| rand::rng().random()),
                false,
            ),
        }
    }

    /// Learns whether a number is taken.
    pub(crate) fn record(&mut self, n: u32, is_taken: bool) {
        if is_taken {
            self.taken = n;
        } else {
            self.free = Some(n);
        }
    }
}
