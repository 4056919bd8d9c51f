//! Pages of a list.

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    offset: u64,
}

impl PageRequest {
    /// The largest page anybody gets; a larger wish is cut to it.
    pub const MAX_LIMIT: u32 = 1000;

    /// A page of at most `limit` items after the first `offset`; the limit is cut to 1 to [`Self::MAX_LIMIT`].
    pub fn new(limit: u32, offset: u64) -> Self {
        Self {
            limit: limit.clamp(1, Self::MAX_LIMIT),
            offset,
        }
    }

    /// How many items at most, as SQL wants it.
    pub fn limit(self) -> i64 {
        i64::from(self.limit)
    }

    /// How many items are passed over, as SQL wants it.
    pub fn offset(self) -> i64 {
        i64::try_from(self.offset).unwrap_or(i64::MAX)
    }
}

/// A part of a list, and the length of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// How many there are in all.
    pub count: u64,
}

impl<T> Page<T> {
    /// The whole list as its only page.
    pub fn whole(items: Vec<T>) -> Self {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        Self { items, count }
    }

    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            count: self.count,
        }
    }
}
