//! Finding what stands at a path.

use std::collections::HashMap;

/// Patterns of paths, segment by segment. `{name}` is an open segment: any text but none.
#[derive(Default)]
pub(super) struct Paths {
    named: HashMap<String, Self>,
    open: Option<Box<Self>>,
    index: Option<usize>,
}

impl Paths {
    /// Puts `index` at a pattern, as `/auth/users/{id}/`.
    pub(super) fn insert(&mut self, pattern: &str, index: usize) {
        let mut here = self;
        for segment in pattern.split('/') {
            here = if segment.starts_with('{') {
                here.open.get_or_insert_default()
            } else {
                here.named.entry(segment.to_owned()).or_default()
            };
        }
        here.index = Some(index);
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
        self.named.get(segment).and_then(&find).or_else(|| {
            let is_something = !segment.is_empty();
            let open = self.open.as_deref().filter(|_| is_something);
            open.and_then(find)
        })
    }
}

#[cfg(test)]
mod tests;
