//! A tree of path patterns.

/// Path patterns, segment by segment. `{name}` is an open segment, which matches any text that is not empty. A segment
/// is either open or literal as a whole.
#[derive(Default)]
pub(super) struct Paths {
    // A list, because there are few: comparing all of them takes less time than hashing one.
    named: Vec<(String, Self)>,
    open: Option<Box<Self>>,
    index: Option<usize>,
}

impl Paths {
    /// Inserts `index` at a pattern, such as `/auth/users/{id}/`.
    pub(super) fn insert(&mut self, pattern: &str, index: usize) {
        let mut here = self;
        for segment in pattern.split('/') {
            here = here.child(segment);
        }
        here.index = Some(index);
    }

    fn child(&mut self, segment: &str) -> &mut Self {
        if segment.starts_with('{') {
            return self.open.get_or_insert_default();
        }
        let there = self.named.iter().position(|(name, _)| name == segment);
        let place = there.unwrap_or_else(|| {
            self.named.push((segment.to_owned(), Self::default()));
            self.named.len() - 1
        });
        &mut self.named[place].1
    }

    /// Returns the index of the pattern that matches a path. Where two match, the one wins that has the literal at the
    /// first segment in which they differ.
    pub(super) fn find(&self, path: &str) -> Option<usize> {
        let Some((segment, rest)) = path.split_once('/') else {
            return self.next(path, |end| end.index);
        };
        self.next(segment, |child| child.find(rest))
    }

    fn next(&self, segment: &str, find: impl Fn(&Self) -> Option<usize>) -> Option<usize> {
        let named = self.named.iter().find(|(name, _)| name == segment);
        let found = named.and_then(|(_, child)| find(child));
        found.or_else(|| {
            let is_something = !segment.is_empty();
            let open = self.open.as_deref().filter(|_| is_something);
            open.and_then(find)
        })
    }
}

#[cfg(test)]
mod tests;
