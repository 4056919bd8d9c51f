//! `/api/services/`, `/api/projects/` and `/api/blog/`: three collections of published content with the same rules.
//!
//! Source: docs/contract/api.md «Content».

pub(super) mod blog;
pub(super) mod projects;
pub(super) mod services;

mod collection;
mod entry;
