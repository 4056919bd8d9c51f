//! `/api/services/`, `/api/projects/`, `/api/blog/`. Source: docs/contract/api.md «Content».

mod lists;
mod races;
mod reads;
mod writes;

/// The three collections, each with the name of an entry in error messages.
const COLLECTIONS: [(&str, &str); 3] =
    [("/api/services/", "service"), ("/api/projects/", "project"), ("/api/blog/", "blog entry")];
/// Collections whose entries may be drafts.
const WITH_DRAFTS: [&str; 2] = ["/api/projects/", "/api/blog/"];
const SERVICES: &str = "/api/services/";
const BLOG: &str = "/api/blog/";
