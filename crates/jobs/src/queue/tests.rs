use loggia_testkit::{FrozenClock, TestDb};
use serde_json::json;

use super::*;

const LEASE: Duration = Duration::from_secs(60);
const POLICY: RetryPolicy = RetryPolicy {
    max_attempts: 2,
    first_delay: Duration::from_secs(8),
    max_delay: Duration::from_secs(60),
};

/// A queue on its own database with its own clock.
struct Fixture {
    database: TestDb,
    clock: FrozenClock,
    queue: Queue,
}

impl Fixture {
    async fn open() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let queue = Queue::new(Arc::new(clock.clone()));
        Self { database, clock, queue }
    }

    fn work(&self) -> Work {
        self.database.db().work()
    }

    async fn enqueue(&self, number: u32) -> JobId {
        let work = &mut self.work();
        self.queue.enqueue(work, "count", &number).await.unwrap()
    }

    async fn claim(&self) -> Option<ClaimedJob> {
        self.claim_of(&["count"]).await
    }

    async fn claim_of(&self, kinds: &[&str]) -> Option<ClaimedJob> {
        let work = &mut self.work();
        self.queue.claim(work, kinds, LEASE).await.unwrap()
    }

    async fn claimed(&self) -> ClaimedJob {
        self.claim().await.expect("a job is due")
    }

    async fn dead(&self) -> Vec<DeadJob> {
        let page = PageRequest::new(10, 0);
        let page = self.queue.list_dead(&mut self.work(), page).await.unwrap();
        assert_eq!(page.count, page.items.len() as u64);
        page.items
    }

    async fn pending(&self) -> u64 {
        self.queue.pending(&mut self.work()).await.unwrap()
    }
}

#[tokio::test]
async fn a_job_exists_once_its_transaction_is_committed() {
    let fixture = Fixture::open().await;
    let payload = json!({ "to": "Jürgen 🙂", "n": 1.5, "none": null });

    let db = fixture.database.db();
    let id = db
        .transaction(async |work| {
            let id = fixture.queue.enqueue(work, "count", &payload).await?;
            assert_eq!(fixture.pending().await, 0);
            Ok::<_, Error>(id)
        })
        .await
        .unwrap();

    let claimed = fixture.claimed().await;
    assert_eq!(claimed.id, id);
    assert_eq!(claimed.kind, "count");
    assert_eq!(claimed.payload, payload);
    assert_eq!(claimed.attempt, 1);
}

#[tokio::test]
async fn a_job_is_rolled_back_with_its_transaction() {
    let fixture = Fixture::open().await;
    let db = fixture.database.db();

    let outcome = db
        .transaction(async |work| {
            fixture.queue.enqueue(work, "count", &1).await?;
            Err::<(), _>(Error::NotFound)
        })
        .await;

    assert!(matches!(outcome, Err(Error::NotFound)));
    assert!(fixture.claim().await.is_none());
    assert_eq!(fixture.pending().await, 0);
}

#[tokio::test]
async fn the_longest_due_job_is_claimed_first_and_once() {
    let fixture = Fixture::open().await;
    let first = fixture.enqueue(1).await;
    let second = fixture.enqueue(2).await;

    assert_eq!(fixture.claimed().await.id, first);
    assert_eq!(fixture.claimed().await.id, second);
    assert!(fixture.claim().await.is_none());
    assert_eq!(fixture.pending().await, 2);
}

#[tokio::test]
async fn jobs_of_other_kinds_are_not_claimed() {
    let fixture = Fixture::open().await;
    fixture.enqueue(1).await;

    assert!(fixture.claim_of(&["other"]).await.is_none());
    assert!(fixture.claim_of(&[]).await.is_none());
    assert!(fixture.claim_of(&["other", "count"]).await.is_some());
}

#[tokio::test]
async fn a_delayed_job_is_not_claimed_early() {
    let fixture = Fixture::open().await;
    let at = fixture.clock.now().plus(Duration::from_millis(1500));
    let work = &mut fixture.work();
    fixture.queue.enqueue_at(work, "count", &1, at).await.unwrap();

    fixture.clock.advance(Duration::from_millis(1499));
    assert!(fixture.claim().await.is_none());
    fixture.clock.advance(Duration::from_millis(1));
    assert!(fixture.claim().await.is_some());
}

#[tokio::test]
async fn a_finished_job_is_deleted() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    fixture.enqueue(1).await;
    let claimed = fixture.claimed().await;

    fixture.queue.finish(&mut work, &claimed).await.unwrap();

    assert_eq!(fixture.pending().await, 0);
    assert!(matches!(fixture.queue.finish(&mut work, &claimed).await, Err(Error::LeaseLost)));
}

#[tokio::test]
async fn a_worker_without_the_lease_changes_nothing() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    let id = fixture.enqueue(1).await;
    let late = fixture.claimed().await;
    fixture.clock.advance(LEASE);
    let current = fixture.claimed().await;
    assert_eq!((current.id, current.attempt), (id, 2));

    let queue = &fixture.queue;
    assert!(matches!(queue.heartbeat(&mut work, &late, LEASE).await, Err(Error::LeaseLost)));
    assert!(matches!(queue.fail(&mut work, &late, &POLICY, "x").await, Err(Error::LeaseLost)));
    assert!(matches!(queue.dead_letter(&mut work, &late, "x").await, Err(Error::LeaseLost)));
    assert!(matches!(queue.release(&mut work, &late).await, Err(Error::LeaseLost)));
    assert!(matches!(queue.finish(&mut work, &late).await, Err(Error::LeaseLost)));

    assert!(fixture.claim().await.is_none());
    queue.finish(&mut work, &current).await.unwrap();
}

#[tokio::test]
async fn a_heartbeat_keeps_the_lease() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    fixture.enqueue(1).await;
    let claimed = fixture.claimed().await;

    fixture.clock.advance(LEASE / 2);
    fixture.queue.heartbeat(&mut work, &claimed, LEASE).await.unwrap();
    fixture.clock.advance(LEASE / 2);

    assert!(fixture.claim().await.is_none());
    fixture.queue.finish(&mut work, &claimed).await.unwrap();
}

#[tokio::test]
async fn a_failed_job_is_retried_after_a_delay() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    fixture.enqueue(1).await;
    let claimed = fixture.claimed().await;

    let outcome = fixture.queue.fail(&mut work, &claimed, &POLICY, "failed").await.unwrap();

    let FailureOutcome::Retry { at } = outcome else {
        panic!("{outcome:?}");
    };
    let backoff = at.since(fixture.clock.now());
    assert!((4..=8).contains(&backoff.as_secs()), "{backoff:?}");
    assert!(fixture.claim().await.is_none());
    fixture.clock.advance(backoff);
    assert_eq!(fixture.claimed().await.attempt, 2);
}

#[tokio::test]
async fn a_job_is_dead_lettered_after_its_attempts_and_can_be_requeued() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    let id = fixture.enqueue(1).await;
    let created_at = fixture.clock.now();
    let claimed = fixture.claimed().await;
    fixture.queue.fail(&mut work, &claimed, &POLICY, "first").await.unwrap();
    fixture.clock.advance(POLICY.max_delay);

    let claimed = fixture.claimed().await;
    let outcome = fixture.queue.fail(&mut work, &claimed, &POLICY, "sec\0ond").await.unwrap();

    assert_eq!(outcome, FailureOutcome::Dead);
    let expected = DeadJob {
        id,
        kind: "count".to_owned(),
        attempts: 2,
        last_error: Some("second".to_owned()),
        created_at,
        died_at: fixture.clock.now(),
    };
    assert_eq!(fixture.dead().await, [expected]);
    assert_eq!(fixture.pending().await, 0);
    fixture.clock.advance(LEASE * 10);
    assert!(fixture.claim().await.is_none());

    fixture.queue.requeue(&mut work, id).await.unwrap();

    assert!(fixture.dead().await.is_empty());
    assert_eq!(fixture.claimed().await.attempt, 1);
    assert!(matches!(fixture.queue.requeue(&mut work, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn all_dead_jobs_can_be_requeued_at_once() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    for number in 0..3 {
        fixture.enqueue(number).await;
        let claimed = fixture.claimed().await;
        fixture.queue.dead_letter(&mut work, &claimed, "permanent").await.unwrap();
    }
    fixture.enqueue(3).await;

    assert_eq!(fixture.queue.requeue_all(&mut work).await.unwrap(), 3);

    assert!(fixture.dead().await.is_empty());
    assert_eq!(fixture.pending().await, 4);
    assert_eq!(fixture.claimed().await.attempt, 1);
    assert_eq!(fixture.queue.requeue_all(&mut work).await.unwrap(), 0);
}

#[tokio::test]
async fn a_released_job_is_due_at_once_and_its_attempt_does_not_count() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    fixture.enqueue(1).await;
    let claimed = fixture.claimed().await;

    fixture.queue.release(&mut work, &claimed).await.unwrap();

    assert_eq!(fixture.claimed().await.attempt, 1);
}

#[tokio::test]
async fn a_long_error_is_truncated() {
    let fixture = Fixture::open().await;
    let mut work = fixture.work();
    fixture.enqueue(1).await;
    let claimed = fixture.claimed().await;

    fixture.queue.dead_letter(&mut work, &claimed, &"ü".repeat(5000)).await.unwrap();

    let kept = fixture.dead().await.remove(0).last_error.unwrap();
    assert_eq!(kept.chars().count(), MAX_ERROR_CHARS);
}

#[test]
fn a_claim_does_not_show_its_payload() {
    let claimed = ClaimedJob {
        id: JobId::new(1),
        kind: "mail".to_owned(),
        payload: json!("bob@example.com"),
        attempt: 1,
        token: "secret".to_owned(),
    };

    let shown = format!("{claimed:?}");

    assert!(!shown.contains("bob") && !shown.contains("secret"), "{shown}");
}
