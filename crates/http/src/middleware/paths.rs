//! Finding what stands at a path.

/// Patterns of paths, segment by segment. `{name}` is an open segment: any text but none. A segment is open as a whole, or
/// named as a whole.
#[derive(Default)]
pub(super) struct Paths {
    // Few: to compare them all takes less than to hash one.
    named: Vec<(String, Self)>,
    open: Option<Box<Self>>,
    index: Option<usize>,
}

impl Paths {
    /// Puts `index` at a pattern, as `/auth/users/{id}/`.
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

    /// What was put at the pattern that fits a path. Where two fit, that is the one which names the first segment in which
    /// they differ.
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
