//! What the public reads: `/api/services/`, `/api/projects/`, `/api/blog/`. Three collections with the same rules.
//!
//! Source: seeds/000 «Services (Example)» and «Other Endpoints»; contract/drf.md 7; contract/README.md, decision 11.

pub(super) mod blog;
pub(super) mod projects;
pub(super) mod services;

mod collection;
mod entry;
