use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::QueryDsl;
use loggia_db::{Db, RunQueryDsl, Work, run};
use loggia_kernel::{Clock, PageRequest, SystemClock, Timestamp};
use loggia_testkit::{FrozenClock, TestDb};
use tokio::sync::{Notify, mpsc, oneshot};

use super::*;
use crate::RetryPolicy;
use crate::schema::jobs;

const KIND: &str = "count";
/// Longer than any test, so that nothing in a test depends on polling.
const NEVER: Duration = Duration::from_secs(3600);

/// A handler that follows each job's payload and counts its runs.
#[derive(Default)]
struct Counter {
    done: Mutex<BTreeMap<String, usize>>,
    started: Notify,
    go_on: Notify,
}

impl Counter {
    fn times(&self, payload: &str) -> usize {
        let done = self.done.lock().unwrap();
        done.get(payload).copied().unwrap_or_default()
    }
}

#[async_trait]
impl Handler for Counter {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(
        &self,
        payload: serde_json::Value,
        attempt: u32,
    ) -> std::result::Result<(), JobError> {
        let payload = payload.as_str().unwrap_or_default().to_owned();
        *self.done.lock().unwrap().entry(payload.clone()).or_default() += 1;
        match payload.as_str() {
            "panic once" if attempt == 1 => panic!("the job panics once"),
            "never" => Err(JobError::permanent("permanent")),
            "retry" => Err(JobError::retry(std::io::Error::other("later"))),
            "wait" => {
                self.started.notify_one();
                self.go_on.notified().await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A queue on its own database, and one handler.
struct Fixture {
    database: TestDb,
    clock: FrozenClock,
    queue: Queue,
    counter: Arc<Counter>,
}

impl Fixture {
    async fn open() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let queue = Queue::new(Arc::new(clock.clone()));
        Self { database, clock, queue, counter: Arc::default() }
    }

    fn worker(&self) -> Worker {
        self.worker_of(2)
    }

    fn worker_of(&self, concurrency: usize) -> Worker {
        let handlers: Vec<Arc<dyn Handler>> = vec![self.counter.clone()];
        Worker::new(self.database.db(), self.queue.clone(), handlers, concurrency)
    }

    fn work(&self) -> Work {
        self.database.db().work()
    }

    async fn enqueue(&self, payload: &str) -> JobId {
        let work = &mut self.work();
        self.queue.enqueue(work, KIND, &payload).await.unwrap()
    }

    async fn claim(&self, lease: Duration) -> Option<ClaimedJob> {
        let work = &mut self.work();
        self.queue.claim(work, &[KIND], lease).await.unwrap()
    }

    async fn pending(&self) -> u64 {
        self.queue.pending(&mut self.work()).await.unwrap()
    }

    async fn last_error_of_the_dead(&self) -> Option<String> {
        let page = PageRequest::new(10, 0);
        let mut page = self.queue.list_dead(&mut self.work(), page).await.unwrap();
        page.items.pop().and_then(|job| job.last_error)
    }
}

/// Starts a worker. The returned sender stops it.
fn start(worker: Worker) -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(async {
        let _ = stopped.await;
    }));
    (stop, running)
}

#[tokio::test]
async fn drains_the_queue_until_no_job_is_due() {
    let fixture = Fixture::open().await;
    for _ in 0..3 {
        fixture.enqueue("fine").await;
    }

    assert_eq!(fixture.worker().drain().await.unwrap(), 3);

    assert_eq!(fixture.counter.times("fine"), 3);
    assert_eq!(fixture.pending().await, 0);
    assert_eq!(fixture.worker().drain().await.unwrap(), 0);
}

#[tokio::test]
async fn a_panic_is_contained_and_the_job_is_retried() {
    let fixture = Fixture::open().await;
    fixture.enqueue("panic once").await;
    fixture.enqueue("fine").await;

    fixture.worker().drain().await.unwrap();
    assert_eq!(fixture.counter.times("fine"), 1);
    assert_eq!(fixture.pending().await, 1);

    fixture.clock.advance(RetryPolicy::default().backoff(1));
    fixture.worker().drain().await.unwrap();
    assert_eq!(fixture.counter.times("panic once"), 2);
    assert_eq!(fixture.pending().await, 0);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_dead_lettered_by_its_retry_policy() {
    let fixture = Fixture::open().await;
    fixture.enqueue("retry").await;

    for _ in 0..10 {
        fixture.worker().drain().await.unwrap();
        fixture.clock.advance(RetryPolicy::default().max_delay);
    }

    assert_eq!(fixture.counter.times("retry"), 5);
    assert_eq!(fixture.last_error_of_the_dead().await.unwrap(), "later");
}

#[tokio::test]
async fn a_permanent_failure_is_dead_lettered_at_once() {
    let fixture = Fixture::open().await;
    fixture.enqueue("never").await;

    fixture.worker().drain().await.unwrap();

    assert_eq!(fixture.counter.times("never"), 1);
    assert_eq!(fixture.last_error_of_the_dead().await.unwrap(), "permanent");
}

#[tokio::test]
async fn a_job_that_ends_every_process_is_dead_lettered() {
    let fixture = Fixture::open().await;
    fixture.enqueue("fine").await;
    for _ in 0..RetryPolicy::default().max_attempts {
        assert!(fixture.claim(LEASE).await.is_some());
        fixture.clock.advance(LEASE);
    }

    fixture.worker().drain().await.unwrap();

    assert_eq!(fixture.counter.times("fine"), 0);
    assert_eq!(fixture.last_error_of_the_dead().await.unwrap(), "every attempt was cut short");
}

/// A handler that reports every job to the test.
struct Reporter(mpsc::UnboundedSender<u64>);

#[async_trait]
impl Handler for Reporter {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(
        &self,
        payload: serde_json::Value,
        _attempt: u32,
    ) -> std::result::Result<(), JobError> {
        let number = payload.as_u64().ok_or_else(|| JobError::permanent("no number"))?;
        self.0.send(number).map_err(JobError::retry)
    }
}

/// Simulates two processes: they do not wake each other, and only the database keeps them apart.
#[tokio::test]
async fn two_workers_run_every_job_once() {
    const JOBS: u64 = 50;
    let database = TestDb::open().await;
    let other = Db::open(database.url(), 4).await.unwrap();
    let (sender, mut done) = mpsc::unbounded_channel();
    let mut workers = Vec::new();
    for db in [database.db(), other] {
        let queue = Queue::new(Arc::new(SystemClock));
        let worker = Worker::new(db, queue, vec![Arc::new(Reporter(sender.clone()))], 4);
        workers.push(start(worker.with_poll_interval(Duration::from_millis(5))));
    }

    let queue = Queue::new(Arc::new(SystemClock));
    let work = &mut database.db().work();
    for number in 0..JOBS {
        queue.enqueue(work, KIND, &number).await.unwrap();
    }

    let mut numbers = Vec::new();
    for _ in 0..JOBS {
        numbers.push(done.recv().await.unwrap());
    }
    for (stop, running) in workers {
        drop(stop);
        running.await.unwrap();
    }
    assert!(done.try_recv().is_err());
    numbers.sort_unstable();
    assert_eq!(numbers, (0..JOBS).collect::<Vec<_>>());
    assert_eq!(queue.pending(work).await.unwrap(), 0);
}

#[tokio::test]
async fn a_commit_wakes_a_worker_that_does_not_poll() {
    let fixture = Fixture::open().await;
    let (stop, running) = start(fixture.worker().with_poll_interval(NEVER));

    for _ in 0..3 {
        fixture.enqueue("wait").await;
        fixture.counter.started.notified().await;
        fixture.counter.go_on.notify_one();
    }

    drop(stop);
    running.await.unwrap();
    assert_eq!(fixture.counter.times("wait"), 3);
    assert_eq!(fixture.pending().await, 0);
}

#[tokio::test]
async fn a_shutdown_finishes_running_jobs_and_claims_no_more() {
    let fixture = Fixture::open().await;
    // With concurrency 1, the worker claims the next job only after this one.
    let worker = fixture.worker_of(1);
    let (stop, running) = start(worker);
    fixture.enqueue("wait").await;
    fixture.counter.started.notified().await;

    fixture.enqueue("fine").await;
    drop(stop);
    fixture.counter.go_on.notify_one();
    running.await.unwrap();

    assert_eq!(fixture.counter.times("wait"), 1);
    assert_eq!(fixture.counter.times("fine"), 0);
    assert_eq!(fixture.pending().await, 1);
}

#[tokio::test]
async fn a_shutdown_releases_jobs_that_do_not_finish_in_time() {
    let fixture = Fixture::open().await;
    let worker = fixture.worker().with_grace(Duration::ZERO);
    let (stop, running) = start(worker);
    let id = fixture.enqueue("wait").await;
    fixture.counter.started.notified().await;

    drop(stop);
    running.await.unwrap();

    let claimed = fixture.claim(LEASE).await.unwrap();
    assert_eq!((claimed.id, claimed.attempt), (id, 1));
    // The late attempt finishes after all, and must not finish the job for its new holder.
    fixture.counter.go_on.notify_one();
    let work = &mut fixture.work();
    fixture.queue.heartbeat(work, &claimed, LEASE).await.unwrap();
}

#[tokio::test]
async fn a_running_job_keeps_its_lease() {
    let fixture = Fixture::open().await;
    let lease = Duration::from_millis(60);
    let began = fixture.clock.now();
    let (stop, running) = start(fixture.worker().with_lease(lease));
    fixture.enqueue("wait").await;
    fixture.counter.started.notified().await;

    fixture.clock.advance(lease / 2);
    while lease_ends(&fixture.database.db()).await <= began.plus(lease) {
        tokio::task::yield_now().await;
    }
    fixture.clock.advance(lease / 2);
    assert!(fixture.claim(lease).await.is_none());

    fixture.counter.go_on.notify_one();
    drop(stop);
    running.await.unwrap();
    assert_eq!(fixture.pending().await, 0);
}

async fn lease_ends(db: &Db) -> Timestamp {
    run!(db.work(), |c| jobs::table.select(jobs::run_at).get_result(c)).unwrap()
}
