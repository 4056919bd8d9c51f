//! The port that looks up the objects to be tagged. Implemented outside this crate, which does not depend on contacts.

use async_trait::async_trait;
use loggia_db::{self as db, Work};

use crate::TargetRef;

/// A lookup of objects that can be tagged.
#[async_trait]
pub trait Targets: Send + Sync {
    /// Returns the id of an object; `None` if it does not exist or belongs to another organization.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn find(&self, work: &mut Work, target: TargetRef<'_>) -> db::Result<Option<i64>>;
}
