//! `/api/services/`, `/api/projects/`, `/api/blog/`. Source: docs/contract/api.md «Content».

mod lists;
mod races;
mod reads;
mod writes;

/// The three collections, and what one of their entries is called.
const COLLECTIONS: [(&str, &str); 3] = [
    ("/api/services/", "service"),
    ("/api/projects/", "project"),
    ("/api/blog/", "blog entry"),
];
/// Those whose entries may be drafts.
const WITH_DRAFTS: [&str; 2] = ["/api/projects/", "/api/blog/"];
const SERVICES: &str = "/api/services/";
const BLOG: &str = "/api/blog/";
