//! Which tags the names of an assignment mean: those that there are, and those to be made.

use std::collections::{HashMap, HashSet};

use crate::{
    Error, Result, TagName,
    model::{FoldedTag, Tag},
};

/// The names of an assignment in the order in which they were given, each once.
pub(crate) struct Names {
    given: Vec<(String, TagName)>,
}

impl Names {
    /// Of names that differ in the case of their letters only, the first counts.
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

    /// What to look for: the names as they are compared, and the slugs to which they lead.
    pub(crate) fn keys(&self) -> (Vec<&str>, Vec<String>) {
        let folded = self.given.iter().map(|(folded, _)| folded.as_str());
        let slugs = self.given.iter().map(|(_, name)| name.slug().to_string());
        (folded.collect(), slugs.collect())
    }

    /// The names to which no tag belongs yet, in the order of their slugs: so two who make the same tags never wait for
    /// each other in a circle.
    ///
    /// # Errors
    /// [`Error::SlugConflict`] if one of them would have the slug of another, or of a tag that there is.
    pub(crate) fn missing(&self, existing: &[FoldedTag]) -> Result<Vec<TagName>> {
        let known: HashSet<&str> = existing
            .iter()
            .map(|row| row.name_folded.as_str())
            .collect();
        let mut slugs: HashSet<String> = existing
            .iter()
            .map(|row| row.tag.slug.to_string())
            .collect();
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

    /// The tags in the order of the names.
    pub(crate) fn sort(&self, existing: Vec<FoldedTag>) -> Vec<Tag> {
        let mut by_name: HashMap<String, Tag> = existing
            .into_iter()
            .map(|row| (row.name_folded, row.tag))
            .collect();
        self.given
            .iter()
            .filter_map(|(folded, _)| by_name.remove(folded))
            .collect()
    }
}
