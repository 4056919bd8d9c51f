//! The kinds of entries.

/// The kind of an entry. Each kind is a collection of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A service on offer.
    Service,
    /// A project.
    Project,
    /// A blog entry.
    Blog,
}

impl Kind {
    /// Returns the value stored in the database. It is also the slug of a title from which no slug can be derived.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Project => "project",
            Self::Blog => "blog",
        }
    }
}
