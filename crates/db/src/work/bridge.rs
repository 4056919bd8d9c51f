//! Units of work inside [`Db::atomically`](crate::Db::atomically): they join its transaction.

use std::sync::Arc;

use crate::{Db, Error, Result, joint::Joint};

use super::{Action, Mode, Work, lease::Lease, retry::TransactionBody, transaction::Health};

/// A savepoint of a transaction of [`Db::atomically`](crate::Db::atomically).
pub(super) struct Joined {
    joint: Arc<Joint>,
    health: Health,
}

impl Joined {
    pub(super) async fn lease(&mut self) -> Result<Lease<'_>> {
        self.health.check()?;
        let lease = self.joint.lease().await?;
        Lease::joined(lease, &mut self.health)
    }

    pub(super) fn after_commit(&self, action: Action) {
        self.joint.postpone(vec![action]);
    }
}

impl Work {
    /// The transaction of [`Db::atomically`](crate::Db::atomically) that a nested transaction becomes part of, if any.
    ///
    /// # Errors
    /// [`Error::Aborted`] if a statement of it failed.
    pub(super) fn around(&self) -> Result<Option<Arc<Joint>>> {
        match &self.mode {
            Mode::Joined(joined) => {
                joined.health.check()?;
                Ok(Some(Arc::clone(&joined.joint)))
            }
            Mode::Auto | Mode::Scan => Ok(Joint::of(&self.db)),
            Mode::Transaction(_) => Ok(None),
        }
    }
}

/// Runs `body` in a savepoint of `joint`.
pub(super) async fn joined<T, E, F>(db: Db, joint: Arc<Joint>, body: F) -> std::result::Result<T, E>
where
    F: for<'w> TransactionBody<'w, T, E>,
    T: Send,
    E: From<Error> + Send,
{
    let mut work = Work {
        db,
        mode: Mode::Joined(Joined {
            joint: Arc::clone(&joint),
            health: Health::default(),
        }),
    };
    let part = Box::pin(async move {
        let done = body(&mut work).await?;
        if let Mode::Joined(joined) = &work.mode {
            joined.health.check()?;
        }
        Ok(done)
    });
    joint.part(part).await
}
