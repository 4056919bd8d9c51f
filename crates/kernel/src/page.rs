//! Pages of a list.

/// A requested part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    offset: u64,
}

impl PageRequest {
    /// The maximum number of items of a page. Larger limits are reduced to it.
    pub const MAX_LIMIT: u32 = 1000;

    /// Requests at most `limit` items after the first `offset`. The limit is clamped to 1 to [`Self::MAX_LIMIT`].
    pub fn new(limit: u32, offset: u64) -> Self {
        Self { limit: limit.clamp(1, Self::MAX_LIMIT), offset }
    }

    /// Returns the maximum number of items, as SQL's LIMIT.
    pub fn limit(self) -> i64 {
        i64::from(self.limit)
    }

    /// Returns the number of skipped items, as SQL's OFFSET.
    pub fn offset(self) -> i64 {
        i64::try_from(self.offset).unwrap_or(i64::MAX)
    }
}

/// A part of a list, and the length of the whole list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The length of the whole list.
    pub count: u64,
}

impl<T> Page<T> {
    /// Returns the whole list as one page.
    pub fn whole(items: Vec<T>) -> Self {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        Self { items, count }
    }

    /// Converts the items of the page.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), count: self.count }
    }
}
