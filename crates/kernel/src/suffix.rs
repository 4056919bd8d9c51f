//! Search for a free numeric suffix, such as `-3` in `jane-3`.

/// The numbers that the first lookup covers without a gap. The search therefore returns the smallest free number up to
/// this one, also where names between were deleted.
const DENSE: u32 = 32;

/// The numbers of each further lookup: few enough for one query, and enough to find any number with seven lookups.
const POINTS: u32 = 31;

/// A search for a free number with few lookups, however many are in use.
///
/// Exponential search, then interval search. Untrusted users choose names, so the numbers in use may be many, and the
/// largest means nothing. The result is the smallest free number if it is at most 32 or if the numbers are used in
/// sequence; otherwise a free number whose predecessor is in use.
///
/// ```
/// use loggia_kernel::SuffixSearch;
///
/// let in_use = [1, 2, 3];
/// let mut search = SuffixSearch::default();
/// let number = loop {
///     match search.found() {
///         Some(number) => break number,
///         None => search.record(|n| in_use.contains(&n)),
///     }
/// };
/// assert_eq!(number, 4);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuffixSearch {
    /// A number in use; 0 is the name without a suffix.
    taken: u32,
    /// The smallest number after `taken` that is known to be free.
    free: Option<u32>,
}

impl SuffixSearch {
    /// Returns the free number if the search is over.
    pub fn found(&self) -> Option<u32> {
        self.free.filter(|free| free - self.taken == 1)
    }

    /// Returns the numbers to look up next, in ascending order: at most 58, at least one unless the search is over.
    pub fn candidates(&self) -> Vec<u32> {
        let Some(free) = self.free else {
            let powers = (0..u32::BITS).map(|power| 1 << power);
            let sparse = powers.filter(|power| *power > DENSE);
            return (1..=DENSE).chain(sparse).collect();
        };
        let between = free - self.taken - 1;
        let step = (between / POINTS).max(1);
        let points = 1..=between.min(POINTS);
        points.map(|point| self.taken + point * step).collect()
    }

    /// Records which of [`SuffixSearch::candidates`] are in use.
    pub fn record(&mut self, is_taken: impl Fn(u32) -> bool) {
        for number in self.candidates() {
            if !is_taken(number) {
                self.free = Some(number);
                return;
            }
            self.taken = number;
        }
        // All powers of two are in use, which happens only on purpose. The largest number is then assumed free.
        self.free = self.free.or(Some(u32::MAX));
    }
}

#[cfg(test)]
mod tests;
