//! Splits the names of an assignment into existing tags and tags to create.

use std::collections::{HashMap, HashSet};

use crate::{
    Error, Result, TagName,
    model::{FoldedTag, Tag},
};

/// The names of an assignment in their given order, without duplicates.
pub(crate) struct Names {
    given: Vec<(String, TagName)>,
}

impl Names {
    /// Removes duplicates. Of names that differ only in case, the first is kept.
    pub(crate) fn of(names: Vec<TagName>) -> Self {
        let mut seen = HashSet::new();
        let given = names
            .into_iter()
            .map(|name| (name.folded(), name))
            .filter(|(folded, _)| seen.insert(folded.clone()))
            .collect();
        Self { given }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Returns the lookup keys: folded names, and the slugs to which the names lead.
    pub(crate) fn keys(&self) -> (Vec<&str>, Vec<String>) {
        let folded = self.given.iter().map(|(folded, _)| folded.as_str());
        let slugs = self.given.iter().map(|(_, name)| name.slug().to_string());
        (folded.collect(), slugs.collect())
    }

    /// Returns the names without a tag, sorted by slug. The common order prevents deadlocks between transactions that
    /// create the same tags.
    ///
    /// # Errors
    /// [`Error::SlugConflict`] if a name leads to the slug of another name or of an existing tag.
    pub(crate) fn missing(&self, existing: &[FoldedTag]) -> Result<Vec<TagName>> {
        let known: HashSet<&str> = existing.iter().map(|row| row.name_folded.as_str()).collect();
        let mut slugs: HashSet<String> =
            existing.iter().map(|row| row.tag.slug.to_string()).collect();
        let mut missing = Vec::new();
        for (folded, name) in &self.given {
            if known.contains(folded.as_str()) {
                continue;
            }
            if !slugs.insert(name.slug().to_string()) {
                return Err(Error::SlugConflict);
            }
            missing.push(name.clone());
        }
        missing.sort_by_cached_key(|name| name.slug().to_string());
        Ok(missing)
    }

    /// Sorts the tags in the order of the names.
    pub(crate) fn sort(&self, existing: Vec<FoldedTag>) -> Vec<Tag> {
        let mut by_name: HashMap<String, Tag> =
            existing.into_iter().map(|row| (row.name_folded, row.tag)).collect();
        self.given.iter().filter_map(|(folded, _)| by_name.remove(folded)).collect()
    }
}
