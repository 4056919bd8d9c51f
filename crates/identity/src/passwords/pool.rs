//! Hashing for requests: a few at a time, a bounded queue before them, and a clear no beyond it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::password_hash;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

use super::hash::{self, Outcome, Params, Stored};
use super::{Password, argon, memory::Scratch};

/// Why no hash was computed. Says nothing about the password.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The queue is full, or the wait in it was too long.
    #[error("password hashing is saturated")]
    Busy {
        /// When it is worth trying again.
        retry_after: Duration,
    },

    /// A fault of ours: costs that argon2 refuses, no memory, no randomness from the system, a
    /// panic, or a process that is shutting down.
    #[error("password hashing failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<password_hash::Error> for HashError {
    fn from(source: password_hash::Error) -> Self {
        Self::Failed(source.into())
    }
}

impl From<JoinError> for HashError {
    fn from(source: JoinError) -> Self {
        Self::Failed(source.into())
    }
}

/// Hashes and checks passwords for requests. Cheap to clone: clones share one pool.
///
/// At most `permits` hashes run at once, on tokio's blocking threads; at most `queue` callers wait
/// for a turn, in order and not for long. So neither memory (`permits` times
/// [`Params::memory_kib`], or what an imported hash asks for) nor the time to an answer grows with
/// the number of requests.
#[derive(Clone, Debug)]
pub struct Hasher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    params: Params,
    permits: usize,
    queue: usize,
    max_wait: Duration,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    memory: Mutex<Memory>,
}

/// Working memory, and who has it.
#[derive(Debug, Default)]
struct Memory {
    /// Hashes at work, each with a piece of its own.
    active: usize,
    /// Pieces of hashes that have ended, for those to come.
    kept: Vec<Scratch>,
}

impl Shared {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lend(self: &Arc<Self>) -> Loan {
        let mut memory = self.memory();
        memory.active += 1;
        Loan {
            shared: Arc::clone(self),
            scratch: memory.kept.pop().unwrap_or_default(),
        }
    }

    /// Takes working memory back. Under load it is kept for the next hash; the last one at work frees it all, so that an
    /// idle server holds none.
    fn give_back(&self, mut scratch: Scratch) {
        scratch.trim(argon::block_count(self.params));
        let mut memory = self.memory();
        memory.active = memory.active.saturating_sub(1);
        if memory.active == 0 && self.waiting.load(Ordering::Relaxed) == 0 {
            memory.kept.clear();
        } else {
            memory.kept.push(scratch);
        }
    }
}

/// Working memory of one hash; goes back when dropped, by a panic too.
struct Loan {
    shared: Arc<Shared>,
    scratch: Scratch,
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.shared.give_back(std::mem::take(&mut self.scratch));
    }
}

impl Hasher {
    /// Longest time in the queue. A refusal is due within 2.5 s of the request, so a little is
    /// left for the request's way in and out. Source: design/reliability.md, "Load".
    const MAX_WAIT: Duration = Duration::from_millis(2_250);

    /// A full queue is gone in about this time.
    const RETRY_AFTER: Duration = Duration::from_secs(2);

    /// With hashes of 35 ms or less, the last in the queue is served within the longest wait.
    const QUEUE_PER_PERMIT: usize = 64;

    /// A pool of `permits` parallel hashes (at least one) before which `queue` callers may wait.
    pub fn new(params: Params, permits: usize, queue: usize) -> Self {
        Self::with_max_wait(params, permits, queue, Self::MAX_WAIT)
    }

    pub(super) fn with_max_wait(
        params: Params,
        permits: usize,
        queue: usize,
        max_wait: Duration,
    ) -> Self {
        let permits = permits.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            shared: Arc::new(Shared {
                params,
                permits,
                queue,
                max_wait,
                turns: Arc::new(Semaphore::new(permits)),
                waiting: AtomicUsize::new(0),
                memory: Mutex::default(),
            }),
        }
    }

    /// The queue length that suits so many permits.
    pub fn queue_for(permits: usize) -> usize {
        permits.max(1).saturating_mul(Self::QUEUE_PER_PERMIT)
    }

    /// Hashes a new password; the PHC string to store.
    ///
    /// # Errors
    /// [`HashError::Busy`] if there is no turn in time, [`HashError::Failed`] for a fault of ours.
    pub async fn hash(&self, password: &Password) -> Result<String, HashError> {
        let (password, params) = (password.clone(), self.shared.params);
        Ok(self
            .run(move |scratch| argon::hash(&password, params, scratch))
            .await??)
    }

    /// Checks a password against what is stored, if anything is.
    ///
    /// Costs one hash whatever `stored` is: with `None`, an unusable or an unreadable value, one of
    /// the configured costs is computed for nothing, so that the time does not tell which accounts
    /// exist. Hashes that come from Django keep their own costs until they are replaced.
    ///
    /// # Errors
    /// [`HashError::Busy`] if there is no turn in time, [`HashError::Failed`] for a fault of ours.
    pub async fn verify(
        &self,
        password: &Password,
        stored: Option<&str>,
    ) -> Result<Outcome, HashError> {
        let stored = stored.and_then(Stored::parse);
        let (password, params) = (password.clone(), self.shared.params);
        Ok(self
            .run(move |scratch| hash::verify_or_spend(stored.as_ref(), &password, params, scratch))
            .await??)
    }

    /// Hashes that may run at once.
    pub fn permits(&self) -> usize {
        self.shared.permits
    }

    /// Hashes that run now.
    pub fn running(&self) -> usize {
        let free = self.shared.turns.available_permits();
        self.shared.permits.saturating_sub(free)
    }

    /// Callers that wait for a turn now.
    pub fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }

    /// How many pieces of working memory wait for the next hash.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.shared.memory().kept.len()
    }

    /// Runs `work` on a blocking thread when it is its turn.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Scratch) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let turn = self.turn().await?;
        let shared = Arc::clone(&self.shared);
        let result = tokio::task::spawn_blocking(move || {
            // The turn belongs to the work and not to the caller: a caller who leaves does not
            // stop the hash, and its memory is free only when it has ended.
            let _turn = turn;
            let mut loan = shared.lend();
            work(&mut loan.scratch)
        });
        Ok(result.await?)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, HashError> {
        let busy = HashError::Busy {
            retry_after: Self::RETRY_AFTER,
        };
        // tokio hands a freed permit to whoever waits first, so this does not jump the queue.
        if let Ok(turn) = Arc::clone(&self.shared.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let Some(_place) = Place::take(&self.shared) else {
            return Err(busy);
        };
        let turn = Arc::clone(&self.shared.turns).acquire_owned();
        match tokio::time::timeout(self.shared.max_wait, turn).await {
            Ok(Ok(turn)) => Ok(turn),
            // The inner error is a closed semaphore, which this one never is.
            Ok(Err(_)) | Err(_) => Err(busy),
        }
    }
}

/// A place in the queue, given up when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(shared: &'a Shared) -> Option<Self> {
        shared
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
                (waiting < shared.queue).then_some(waiting + 1)
            })
            .ok()
            .map(|_| Self(&shared.waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
