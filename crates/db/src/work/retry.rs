//! Running a closure in a transaction, and again after a conflict.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use crate::{Db, Error};

use super::{Mode, Work, transaction::Transaction};

/// Conflicts are rare: a transaction that meets a fourth in a row is better refused than run for ever.
const MAX_RETRIES: u32 = 3;

/// The longest pause before the first retry; it doubles with each. About as long as a transaction of a few statements takes.
const MAX_PAUSE: Duration = Duration::from_millis(10);

/// The closure of [`Work::transaction`]: `async |work| { ... }`.
///
/// It may run again, so it changes nothing that it captured; clone what a service consumes. Implemented by every async
/// closure whose future is [`Send`]. A function that takes such a closure as a parameter writes
/// `F: for<'w> TransactionBody<'w, T, E>`.
pub trait TransactionBody<'w, T, E>:
    AsyncFn(&'w mut Work) -> Result<T, E> + Fn(&'w mut Work) -> Self::Future + Send + Sync
{
    /// The future of the closure.
    type Future: Future<Output = Result<T, E>> + Send;
}

impl<'w, T, E, F, Fut> TransactionBody<'w, T, E> for F
where
    F: AsyncFn(&'w mut Work) -> Result<T, E> + Fn(&'w mut Work) -> Fut + Send + Sync,
    Fut: Future<Output = Result<T, E>> + Send,
{
    type Future = Fut;
}

impl Db {
    /// Runs `body` in one transaction, as [`Work::transaction`] does in auto mode.
    ///
    /// # Errors
    /// As [`Work::transaction`].
    pub fn transaction<T, E, F>(&self, body: F) -> impl Future<Output = Result<T, E>> + Send
    where
        F: for<'w> TransactionBody<'w, T, E>,
        T: Send,
        E: From<Error> + Send,
    {
        let mut work = self.work();
        async move { work.transaction(body).await }
    }
}

impl Work {
    /// Runs `body` in one transaction: commits if it returns `Ok`, rolls back if it returns `Err` or is dropped.
    ///
    /// In auto mode this is a real transaction, which runs `body` again after a serialization failure or deadlock, at
    /// most three more times. Inside a transaction it is a savepoint, which is never run again by itself: an `Err` of
    /// `body` rolls back to the savepoint, and the transaction around it goes on.
    ///
    /// A statement that fails marks the transaction as failed, on both databases; later statements and the commit then
    /// return [`Error::Aborted`]. [`Error::NotFound`] is not such a failure. To go on after a failed statement, run
    /// it in a nested `transaction`.
    ///
    /// Never hash, call a network or acquire a second connection inside. Never put a timeout or a `select` around the
    /// future of this method or of a statement.
    ///
    /// # Errors
    /// That of `body`; [`Error::Aborted`] if `body` returns `Ok` after a failed statement; [`Error::Unavailable`] if no
    /// connection becomes free within three seconds, or if a nested transaction was dropped before its end; or that of
    /// the commit. Nothing is kept in any of these cases.
    #[expect(clippy::manual_async_fn, reason = "the signature states that the future is `Send`")]
    pub fn transaction<T, E, F>(&mut self, body: F) -> impl Future<Output = Result<T, E>> + Send
    where
        F: for<'w> TransactionBody<'w, T, E>,
        T: Send,
        E: From<Error> + Send,
    {
        async move {
            match &self.mode {
                Mode::Transaction(_) => self.savepoint(body).await,
                _ => repeat(&self.db, body).await,
            }
        }
    }

    /// Runs `body` in a savepoint of this transaction.
    async fn savepoint<T, E, F>(&mut self, body: F) -> Result<T, E>
    where
        F: for<'w> TransactionBody<'w, T, E>,
        T: Send,
        E: From<Error> + Send,
    {
        let mark = self.own()?.begin_part().await?;
        // Boxed: each level would otherwise make the future of the level above larger by its own size.
        let outcome = Box::pin(body(self)).await;
        let transaction = self.own()?;
        let error = match outcome {
            Ok(done) => match transaction.release_part(&mark).await {
                Ok(()) => return Ok(done),
                Err(error) => error.into(),
            },
            Err(error) => error,
        };
        transaction.rollback_part(&mark).await?;
        Err(error)
    }

    fn own(&mut self) -> crate::Result<&mut Transaction> {
        match &mut self.mode {
            Mode::Transaction(transaction) => Ok(transaction),
            _ => Err(Error::Unavailable("there is no transaction".to_owned())),
        }
    }
}

/// Runs `body` in a transaction, and again after a conflict.
async fn repeat<T, E, F>(db: &Db, body: F) -> Result<T, E>
where
    F: for<'w> TransactionBody<'w, T, E>,
    T: Send,
    E: From<Error> + Send,
{
    for retry in 0..MAX_RETRIES {
        match once(db, &body, 0 < retry).await {
            Attempt::Conflict(_) => tokio::time::sleep(pause(retry)).await,
            Attempt::Ended(outcome) => return outcome,
        }
    }
    match once(db, &body, true).await {
        Attempt::Conflict(error) => Err(error),
        Attempt::Ended(outcome) => outcome,
    }
}

/// The outcome of one run.
enum Attempt<T, E> {
    Ended(Result<T, E>),
    /// A serialization failure or a deadlock, which another run may not meet.
    Conflict(E),
}

async fn once<T, E, F>(db: &Db, body: &F, is_alone: bool) -> Attempt<T, E>
where
    F: for<'w> TransactionBody<'w, T, E>,
    T: Send,
    E: From<Error> + Send,
{
    let transaction = match Transaction::begin(db, is_alone).await {
        Ok(transaction) => transaction,
        Err(error) => return Attempt::Ended(Err(error.into())),
    };
    let mut work = Work { db: db.clone(), mode: Mode::Transaction(transaction) };
    let outcome = Box::pin(body(&mut work)).await;
    let Mode::Transaction(transaction) = work.mode else {
        return Attempt::Ended(outcome);
    };
    let has_conflict = transaction.has_conflict();
    match outcome {
        Ok(done) => match transaction.commit().await {
            Ok(actions) => {
                actions.into_iter().for_each(|action| action());
                Attempt::Ended(Ok(done))
            }
            Err(Error::Conflict) => Attempt::Conflict(Error::Conflict.into()),
            // Of a conflict that the body passed over.
            Err(error) if has_conflict => Attempt::Conflict(error.into()),
            Err(error) => Attempt::Ended(Err(error.into())),
        },
        Err(error) => {
            if transaction.rollback().await {
                Attempt::Conflict(error)
            } else {
                Attempt::Ended(Err(error))
            }
        }
    }
}

/// A random pause, so that two transactions that met do not meet again.
fn pause(retry: u32) -> Duration {
    // The keys of a `RandomState` are random, and differ from call to call.
    let random = RandomState::new().hash_one(retry);
    let longest = MAX_PAUSE * 2_u32.saturating_pow(retry);
    longest.mul_f64(random as f64 / u64::MAX as f64)
}
