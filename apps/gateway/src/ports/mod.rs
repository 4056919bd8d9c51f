//! What one domain crate needs of another: their ports, answered here.

mod tag_targets;

pub use self::tag_targets::TagTargets;
