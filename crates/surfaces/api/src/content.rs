//! What the public reads: `/api/services/`, `/api/projects/`, `/api/blog/`. Three collections with the same rules.
//!
//! Source: docs/contract/api.md «Content».

pub(super) mod blog;
pub(super) mod projects;
pub(super) mod services;

mod collection;
mod entry;
