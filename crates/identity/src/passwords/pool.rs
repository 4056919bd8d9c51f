//! Hashing for requests: a few at a time, a bounded queue before them, and a clear no beyond it.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::password_hash;
use tokio::sync::oneshot;

use super::hash::{self, Params, Stored, Verification};
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

/// What a hash that ended without a result leaves behind.
#[derive(Debug, thiserror::Error)]
enum HashAborted {
    #[error("the hash panicked")]
    Panicked,
    #[error("the process is shutting down")]
    ShuttingDown,
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

/// A hash to be computed.
type Work = Box<dyn FnOnce(&mut Scratch) -> Delivery + Send>;

/// Hands a hash to whoever waits for it.
type Delivery = Box<dyn FnOnce() + Send>;

#[derive(Debug)]
struct Shared {
    params: Params,
    permits: usize,
    queue: usize,
    max_wait: Duration,
    state: Mutex<PoolState>,
}

/// Who is served, and who waits. Nobody waits unless all permits are taken.
#[derive(Default)]
struct PoolState {
    /// Threads that hash.
    running: usize,
    /// What waits, by the order in which it came. Whoever leaves takes his work out.
    waiting: BTreeMap<u64, Work>,
    /// The number of the next to wait.
    next: u64,
}

impl fmt::Debug for PoolState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Line({} at work, {} waiting)",
            self.running,
            self.waiting.len()
        )
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hashes until nobody waits. The thread takes its next work itself: a way through the caller's runtime between two
    /// hashes would leave it idle for a tenth of the time. It keeps its working memory between them, and frees it at the end.
    fn serve(&self, first: Work) {
        let mut scratch = Scratch::default();
        let mut next = Some(first);
        while let Some(work) = next {
            let deliver = work(&mut scratch);
            scratch.trim(argon::block_count(self.params));
            // Before the result goes out: whoever has it sees this thread gone.
            next = self.take_next();
            deliver();
        }
    }

    /// The work that has waited longest; without any, the permit is given back.
    fn take_next(&self) -> Option<Work> {
        let mut state = self.state();
        let next = state.waiting.pop_first();
        if next.is_none() {
            state.running -= 1;
        }
        next.map(|(_, work)| work)
    }

    /// Gives the work to a thread of its own if a permit is free, else a place to wait, if there is one.
    fn admit(self: &Arc<Self>, work: Work) -> Option<QueueSlot<'_>> {
        let mut state = self.state();
        if state.running < self.permits {
            state.running += 1;
            drop(state);
            let shared = Arc::clone(self);
            tokio::task::spawn_blocking(move || shared.serve(work));
            return Some(QueueSlot {
                shared: self,
                ticket: None,
            });
        }
        if state.waiting.len() >= self.queue {
            return None;
        }
        let ticket = state.next;
        state.next += 1;
        state.waiting.insert(ticket, work);
        Some(QueueSlot {
            shared: self,
            ticket: Some(ticket),
        })
    }
}

/// A caller's place; when he leaves, what still waits is not begun.
struct QueueSlot<'a> {
    shared: &'a Shared,
    ticket: Option<u64>,
}

impl QueueSlot<'_> {
    /// Takes the work back; false if it was begun.
    fn withdraw(&mut self) -> bool {
        let work = match self.ticket.take() {
            Some(ticket) => self.shared.state().waiting.remove(&ticket),
            None => None,
        };
        work.is_some()
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.withdraw();
    }
}

impl Hasher {
    /// Longest time in the queue. A refusal is due within 2.5 s of the request, so a little is
    /// left for the request's way in and out.
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
        Self {
            shared: Arc::new(Shared {
                params,
                permits: permits.max(1),
                queue,
                max_wait,
                state: Mutex::default(),
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
    ) -> Result<Verification, HashError> {
        let stored = stored.and_then(Stored::parse);
        let (password, params) = (password.clone(), self.shared.params);
        Ok(self
            .run(move |scratch| {
                hash::verify_or_dummy_hash(stored.as_ref(), &password, params, scratch)
            })
            .await??)
    }

    /// Hashes that may run at once.
    pub fn permits(&self) -> usize {
        self.shared.permits
    }

    /// Hashes that run now.
    pub fn running(&self) -> usize {
        self.shared.state().running
    }

    /// Callers that wait for a turn now.
    pub fn waiting(&self) -> usize {
        self.shared.state().waiting.len()
    }

    /// Runs `work` on a blocking thread when it is its turn. Once begun it is not stopped, even if the caller leaves: the
    /// permit belongs to the work, whose memory is free only when it has ended.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Scratch) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let (sender, mut result) = oneshot::channel();
        let work: Work = Box::new(move |scratch| {
            // What a panic leaves in the working memory means nothing: every hash writes before it reads.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(scratch)));
            // An error means that the caller has left.
            Box::new(move || drop(sender.send(outcome)))
        });
        let busy = HashError::Busy {
            retry_after: Self::RETRY_AFTER,
        };
        let Some(mut slot) = self.shared.admit(work) else {
            return Err(busy);
        };
        let outcome = match tokio::time::timeout(self.shared.max_wait, &mut result).await {
            Ok(outcome) => outcome,
            Err(_) if slot.withdraw() => return Err(busy),
            // It has begun, and a begun hash is worth waiting for.
            Err(_) => result.await,
        };
        finished(outcome)
    }
}

fn finished<T>(
    outcome: Result<Result<T, Box<dyn Any + Send>>, oneshot::error::RecvError>,
) -> Result<T, HashError> {
    let unfinished = match outcome {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(_)) => HashAborted::Panicked,
        Err(_) => HashAborted::ShuttingDown,
    };
    Err(HashError::Failed(unfinished.into()))
}
