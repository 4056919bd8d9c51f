//! The port through which tagging finds what is to be tagged. It knows no contacts; whoever composes the services
//! supplies it.

use async_trait::async_trait;
use loggia_db as db;

use crate::TargetRef;

/// Where the things are that can be tagged.
#[async_trait]
pub trait Targets: Send + Sync {
    /// The number of an object; `None` if there is none of this name, or it is another organisation's.
    ///
    /// # Errors
    /// As the database says.
    async fn find(&self, target: TargetRef<'_>) -> db::Result<Option<i64>>;
}
