use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::QueryDsl;
use diesel_async::RunQueryDsl;
use loggia_db::{Db, run};
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
        *self
            .done
            .lock()
            .unwrap()
            .entry(payload.clone())
            .or_default() += 1;
        match payload.as_str() {
            "panic once" if attempt == 1 => panic!("as asked"),
            "never" => Err(JobError::permanent("hopeless")),
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

/// A queue in its own database, and one handler.
struct Shop {
    database: TestDb,
    clock: FrozenClock,
    queue: Queue,
    counter: Arc<Counter>,
}

impl Shop {
    async fn open() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let queue = Queue::new(database.db(), Arc::new(clock.clone()));
        Self {
            database,
            clock,
            queue,
            counter: Arc::default(),
        }
    }

    fn worker(&self) -> Worker {
        Worker::new(self.queue.clone(), vec![self.counter.clone()], 2)
    }

    async fn enqueue(&self, payload: &str) -> JobId {
        let mut tx = self.database.db().begin().await.unwrap();
        let id = self.queue.enqueue(&mut tx, KIND, &payload).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn last_error_of_the_dead(&self) -> Option<String> {
        let mut page = self.queue.list_dead(PageRequest::new(10, 0)).await.unwrap();
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
async fn runs_what_is_due_until_nothing_is() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        shop.enqueue("fine").await;
    }

    assert_eq!(shop.worker().drain().await.unwrap(), 3);

    assert_eq!(shop.counter.times("fine"), 3);
    assert_eq!(shop.queue.pending().await.unwrap(), 0);
    assert_eq!(shop.worker().drain().await.unwrap(), 0);
}

#[tokio::test]
async fn a_panic_is_contained_and_the_job_tried_again() {
    let shop = Shop::open().await;
    shop.enqueue("panic once").await;
    shop.enqueue("fine").await;

    shop.worker().drain().await.unwrap();
    assert_eq!(shop.counter.times("fine"), 1);
    assert_eq!(shop.queue.pending().await.unwrap(), 1);

    shop.clock.advance(RetryPolicy::default().backoff(1));
    shop.worker().drain().await.unwrap();
    assert_eq!(shop.counter.times("panic once"), 2);
    assert_eq!(shop.queue.pending().await.unwrap(), 0);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_given_up_by_its_plan() {
    let shop = Shop::open().await;
    shop.enqueue("retry").await;

    for _ in 0..10 {
        shop.worker().drain().await.unwrap();
        shop.clock.advance(RetryPolicy::default().max_delay);
    }

    assert_eq!(shop.counter.times("retry"), 5);
    assert_eq!(shop.last_error_of_the_dead().await.unwrap(), "later");
}

#[tokio::test]
async fn a_hopeless_job_is_given_up_at_once() {
    let shop = Shop::open().await;
    shop.enqueue("never").await;

    shop.worker().drain().await.unwrap();

    assert_eq!(shop.counter.times("never"), 1);
    assert_eq!(shop.last_error_of_the_dead().await.unwrap(), "hopeless");
}

#[tokio::test]
async fn a_job_that_ends_every_process_is_given_up() {
    let shop = Shop::open().await;
    shop.enqueue("fine").await;
    for _ in 0..RetryPolicy::default().max_attempts {
        assert!(shop.queue.claim(&[KIND], LEASE).await.unwrap().is_some());
        shop.clock.advance(LEASE);
    }

    shop.worker().drain().await.unwrap();

    assert_eq!(shop.counter.times("fine"), 0);
    assert_eq!(
        shop.last_error_of_the_dead().await.unwrap(),
        "every attempt was cut short"
    );
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
        let number = payload
            .as_u64()
            .ok_or_else(|| JobError::permanent("no number"))?;
        self.0.send(number).map_err(JobError::retry)
    }
}

/// Simulates two processes: they do not wake each other, and only the database keeps them apart.
#[tokio::test]
async fn two_workers_do_every_job_once() {
    const JOBS: u64 = 50;
    let database = TestDb::open().await;
    let other = Db::open(database.url(), 4).await.unwrap();
    let (sender, mut done) = mpsc::unbounded_channel();
    let mut workers = Vec::new();
    for db in [database.db(), other] {
        let queue = Queue::new(db, Arc::new(SystemClock));
        let worker = Worker::new(queue, vec![Arc::new(Reporter(sender.clone()))], 4);
        workers.push(start(worker.with_poll_interval(Duration::from_millis(5))));
    }

    let queue = Queue::new(database.db(), Arc::new(SystemClock));
    for number in 0..JOBS {
        let mut tx = database.db().begin().await.unwrap();
        queue.enqueue(&mut tx, KIND, &number).await.unwrap();
        tx.commit().await.unwrap();
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
    assert_eq!(queue.pending().await.unwrap(), 0);
}

#[tokio::test]
async fn a_commit_wakes_a_worker_that_would_not_look() {
    let shop = Shop::open().await;
    let (stop, running) = start(shop.worker().with_poll_interval(NEVER));

    for _ in 0..3 {
        shop.enqueue("wait").await;
        shop.counter.started.notified().await;
        shop.counter.go_on.notify_one();
    }

    drop(stop);
    running.await.unwrap();
    assert_eq!(shop.counter.times("wait"), 3);
    assert_eq!(shop.queue.pending().await.unwrap(), 0);
}

#[tokio::test]
async fn a_shutdown_lets_running_jobs_end_and_takes_no_more() {
    let shop = Shop::open().await;
    // With concurrency 1, the worker claims the next job only after this one.
    let worker = Worker::new(shop.queue.clone(), vec![shop.counter.clone()], 1);
    let (stop, running) = start(worker);
    shop.enqueue("wait").await;
    shop.counter.started.notified().await;

    shop.enqueue("fine").await;
    drop(stop);
    shop.counter.go_on.notify_one();
    running.await.unwrap();

    assert_eq!(shop.counter.times("wait"), 1);
    assert_eq!(shop.counter.times("fine"), 0);
    assert_eq!(shop.queue.pending().await.unwrap(), 1);
}

#[tokio::test]
async fn a_shutdown_hands_back_what_does_not_end() {
    let shop = Shop::open().await;
    let worker = shop.worker().with_grace(Duration::ZERO);
    let (stop, running) = start(worker);
    let id = shop.enqueue("wait").await;
    shop.counter.started.notified().await;

    drop(stop);
    running.await.unwrap();

    let claimed = shop.queue.claim(&[KIND], LEASE).await.unwrap().unwrap();
    assert_eq!((claimed.id, claimed.attempt), (id, 1));
    // The late attempt finishes after all, and must not finish the job for its new holder.
    shop.counter.go_on.notify_one();
    shop.queue.heartbeat(&claimed, LEASE).await.unwrap();
}

#[tokio::test]
async fn a_running_job_keeps_its_lease() {
    let shop = Shop::open().await;
    let lease = Duration::from_millis(60);
    let began = shop.clock.now();
    let (stop, running) = start(shop.worker().with_lease(lease));
    shop.enqueue("wait").await;
    shop.counter.started.notified().await;

    shop.clock.advance(lease / 2);
    while lease_ends(&shop.database.db()).await <= began.plus(lease) {
        tokio::task::yield_now().await;
    }
    shop.clock.advance(lease / 2);
    assert!(shop.queue.claim(&[KIND], lease).await.unwrap().is_none());

    shop.counter.go_on.notify_one();
    drop(stop);
    running.await.unwrap();
    assert_eq!(shop.queue.pending().await.unwrap(), 0);
}

async fn lease_ends(db: &Db) -> Timestamp {
    let conn = &mut db.read().await.unwrap();
    run!(conn, |c| jobs::table.select(jobs::run_at).get_result(c)).unwrap()
}
