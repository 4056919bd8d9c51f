//! A pool for password hashing: limited parallelism, a bounded queue, and an error when the queue is full.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{
    HashError, Params, Password, argon,
    hash::{self, Stored, Verification},
    memory::Scratch,
};

/// The reason why a hash ended without a result.
#[derive(Debug, thiserror::Error)]
enum HashAborted {
    #[error("the hash panicked")]
    Panicked,
    #[error("the process is shutting down")]
    ShuttingDown,
}

/// A pool that hashes and verifies passwords. Cheap to clone: clones share one pool.
///
/// At most `permits` hashes run at once, on tokio's blocking threads. At most `queue` callers wait, in order and for a
/// limited time. Therefore neither the memory (`permits` times [`Params::memory_kib`], or the memory cost of an
/// imported hash) nor the response time grows with the number of requests.
#[derive(Clone, Debug)]
pub struct Hasher {
    shared: Arc<Shared>,
}

/// A hash to compute.
type Work = Box<dyn FnOnce(&mut Scratch) -> Delivery + Send>;

/// Sends a result to the waiting caller.
type Delivery = Box<dyn FnOnce() + Send>;

#[derive(Debug)]
struct Shared {
    params: Params,
    permits: usize,
    queue: usize,
    max_wait: Duration,
    state: Mutex<PoolState>,
}

/// Running and waiting work. Work waits only if all permits are taken.
#[derive(Default)]
struct PoolState {
    /// Number of hashing threads.
    running: usize,
    /// Waiting work in the order of its arrival. A caller that stops waiting removes its work.
    waiting: BTreeMap<u64, Work>,
    /// The key of the next waiting work.
    next: u64,
}

impl fmt::Debug for PoolState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} at work, {} waiting)", self.running, self.waiting.len())
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hashes until the queue is empty. The thread takes its next work itself, because a detour through the caller's
    /// runtime would leave it idle for a tenth of the time. It keeps its working memory between hashes and frees it at
    /// the end.
    fn serve(&self, first: Work) {
        let mut scratch = Scratch::default();
        let mut next = Some(first);
        while let Some(work) = next {
            let deliver = work(&mut scratch);
            scratch.trim(argon::block_count(self.params));
            // Take the next work before sending the result, so that the receiver sees this thread's permit released.
            next = self.take_next();
            deliver();
        }
    }

    /// Takes the work that has waited longest. Releases the permit if the queue is empty.
    fn take_next(&self) -> Option<Work> {
        let mut state = self.state();
        let next = state.waiting.pop_first();
        if next.is_none() {
            state.running -= 1;
        }
        next.map(|(_, work)| work)
    }

    /// Starts the work on a new thread if a permit is free. Otherwise enqueues it if the queue is not full.
    fn admit(self: &Arc<Self>, work: Work) -> Option<QueueSlot<'_>> {
        let mut state = self.state();
        if state.running < self.permits {
            state.running += 1;
            drop(state);
            let shared = Arc::clone(self);
            tokio::task::spawn_blocking(move || shared.serve(work));
            return Some(QueueSlot { shared: self, ticket: None });
        }
        if state.waiting.len() >= self.queue {
            return None;
        }
        let ticket = state.next;
        state.next += 1;
        state.waiting.insert(ticket, work);
        Some(QueueSlot { shared: self, ticket: Some(ticket) })
    }
}

/// A caller's place in the queue. Dropping it removes work that has not begun.
struct QueueSlot<'a> {
    shared: &'a Shared,
    ticket: Option<u64>,
}

impl QueueSlot<'_> {
    /// Removes the work from the queue. Returns false if it has begun.
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
    /// Longest time in the queue. An error is due within 2.5 s of the request, so a little is left for reading the
    /// request and sending the response.
    const MAX_WAIT: Duration = Duration::from_millis(2_250);

    /// A full queue is processed in about this time.
    const RETRY_AFTER: Duration = Duration::from_secs(2);

    /// With hashes of 35 ms or less, the last in the queue is served within the longest wait.
    const QUEUE_PER_PERMIT: usize = 64;

    /// Creates a pool of `permits` parallel hashes (at least one) with a queue for `queue` callers.
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

    /// Returns the recommended queue length for this number of permits.
    pub fn queue_for(permits: usize) -> usize {
        permits.max(1).saturating_mul(Self::QUEUE_PER_PERMIT)
    }

    /// Hashes a new password. Returns the PHC string to store.
    ///
    /// # Errors
    /// [`HashError::Busy`] if the queue is full or the wait too long, [`HashError::Failed`] for an internal error.
    pub async fn hash(&self, password: &Password) -> Result<String, HashError> {
        let (password, params) = (password.clone(), self.shared.params);
        Ok(self.run(move |scratch| argon::hash(&password, params, scratch)).await??)
    }

    /// Verifies a password against the stored hash, if any.
    ///
    /// Computes one hash whatever `stored` is. For `None`, an unusable or an unreadable value, this is a dummy hash
    /// with the configured costs, so that the response time does not reveal which accounts exist. Hashes from Django
    /// keep their own costs until they are replaced.
    ///
    /// # Errors
    /// [`HashError::Busy`] if the queue is full or the wait too long, [`HashError::Failed`] for an internal error.
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

    /// Returns the maximum number of parallel hashes.
    pub fn permits(&self) -> usize {
        self.shared.permits
    }

    /// Returns the number of running hashes.
    pub fn running(&self) -> usize {
        self.shared.state().running
    }

    /// Returns the number of waiting callers.
    pub fn waiting(&self) -> usize {
        self.shared.state().waiting.len()
    }

    /// Runs `work` on a blocking thread when a permit is free. Work that has begun continues even if the caller is
    /// dropped. It keeps the permit because its memory is freed only at its end.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Scratch) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let (sender, mut result) = oneshot::channel();
        let work: Work = Box::new(move |scratch| {
            // A panic cannot leave invalid working memory, because every hash writes before it reads.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(scratch)));
            // An error means that the caller was dropped.
            Box::new(move || drop(sender.send(outcome)))
        });
        let busy = HashError::Busy { retry_after: Self::RETRY_AFTER };
        let Some(mut slot) = self.shared.admit(work) else {
            return Err(busy);
        };
        let outcome = match tokio::time::timeout(self.shared.max_wait, &mut result).await {
            Ok(outcome) => outcome,
            Err(_) if slot.withdraw() => return Err(busy),
            // The hash has begun. Wait for its result.
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
