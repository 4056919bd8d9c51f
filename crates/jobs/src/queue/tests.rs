use loggia_testkit::{FrozenClock, TestDb};
use serde_json::json;

use super::*;

const LEASE: Duration = Duration::from_secs(60);
const POLICY: RetryPolicy = RetryPolicy {
    max_attempts: 2,
    first_delay: Duration::from_secs(8),
    max_delay: Duration::from_secs(60),
};

/// A queue in its own database with its own clock.
struct Desk {
    database: TestDb,
    clock: FrozenClock,
    queue: Queue,
}

impl Desk {
    async fn open() -> Self {
        let database = TestDb::open().await;
        let clock = FrozenClock::default();
        let queue = Queue::new(database.db(), Arc::new(clock.clone()));
        Self {
            database,
            clock,
            queue,
        }
    }

    async fn enqueue(&self, number: u32) -> JobId {
        let mut tx = self.database.db().begin().await.unwrap();
        let id = self.queue.enqueue(&mut tx, "count", &number).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn claim(&self) -> Option<ClaimedJob> {
        self.queue.claim(&["count"], LEASE).await.unwrap()
    }

    async fn claimed(&self) -> ClaimedJob {
        self.claim().await.expect("a job is due")
    }

    async fn dead(&self) -> Vec<DeadJob> {
        let page = self.queue.list_dead(PageRequest::new(10, 0)).await.unwrap();
        assert_eq!(page.count, page.items.len() as u64);
        page.items
    }
}

#[tokio::test]
async fn a_job_exists_once_its_transaction_is_committed() {
    let desk = Desk::open().await;
    let payload = json!({ "to": "Jürgen 🙂", "n": 1.5, "none": null });

    let mut tx = desk.database.db().begin().await.unwrap();
    let id = desk
        .queue
        .enqueue(&mut tx, "count", &payload)
        .await
        .unwrap();
    assert!(desk.queue.pending().await.unwrap() == 0);
    tx.commit().await.unwrap();

    let claimed = desk.claimed().await;
    assert_eq!(claimed.id, id);
    assert_eq!(claimed.kind, "count");
    assert_eq!(claimed.payload, payload);
    assert_eq!(claimed.attempt, 1);
}

#[tokio::test]
async fn a_job_goes_with_its_transaction() {
    let desk = Desk::open().await;
    let db = desk.database.db();

    let mut tx = db.begin().await.unwrap();
    desk.queue.enqueue(&mut tx, "count", &1).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    desk.queue.enqueue(&mut tx, "count", &2).await.unwrap();
    drop(tx);

    assert!(desk.claim().await.is_none());
    assert_eq!(desk.queue.pending().await.unwrap(), 0);
}

#[tokio::test]
async fn the_job_due_longest_is_claimed_first_and_once() {
    let desk = Desk::open().await;
    let first = desk.enqueue(1).await;
    let second = desk.enqueue(2).await;

    assert_eq!(desk.claimed().await.id, first);
    assert_eq!(desk.claimed().await.id, second);
    assert!(desk.claim().await.is_none());
    assert_eq!(desk.queue.pending().await.unwrap(), 2);
}

#[tokio::test]
async fn other_kinds_are_left_alone() {
    let desk = Desk::open().await;
    desk.enqueue(1).await;

    let claim = |kinds: &'static [&'static str]| desk.queue.claim(kinds, LEASE);
    assert!(claim(&["other"]).await.unwrap().is_none());
    assert!(claim(&[]).await.unwrap().is_none());
    assert!(claim(&["other", "count"]).await.unwrap().is_some());
}

#[tokio::test]
async fn a_job_for_later_waits() {
    let desk = Desk::open().await;
    let at = desk.clock.now().plus(Duration::from_millis(1500));
    let mut tx = desk.database.db().begin().await.unwrap();
    desk.queue
        .enqueue_at(&mut tx, "count", &1, at)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    desk.clock.advance(Duration::from_millis(1499));
    assert!(desk.claim().await.is_none());
    desk.clock.advance(Duration::from_millis(1));
    assert!(desk.claim().await.is_some());
}

#[tokio::test]
async fn a_finished_job_is_gone() {
    let desk = Desk::open().await;
    desk.enqueue(1).await;
    let claimed = desk.claimed().await;

    desk.queue.finish(&claimed).await.unwrap();

    assert_eq!(desk.queue.pending().await.unwrap(), 0);
    assert!(matches!(
        desk.queue.finish(&claimed).await,
        Err(Error::LeaseLost)
    ));
}

#[tokio::test]
async fn a_late_worker_changes_nothing() {
    let desk = Desk::open().await;
    let id = desk.enqueue(1).await;
    let late = desk.claimed().await;
    desk.clock.advance(LEASE);
    let current = desk.claimed().await;
    assert_eq!((current.id, current.attempt), (id, 2));

    let queue = &desk.queue;
    assert!(matches!(
        queue.heartbeat(&late, LEASE).await,
        Err(Error::LeaseLost)
    ));
    assert!(matches!(
        queue.fail(&late, &POLICY, "x").await,
        Err(Error::LeaseLost)
    ));
    assert!(matches!(
        queue.dead_letter(&late, "x").await,
        Err(Error::LeaseLost)
    ));
    assert!(matches!(queue.release(&late).await, Err(Error::LeaseLost)));
    assert!(matches!(queue.finish(&late).await, Err(Error::LeaseLost)));

    assert!(desk.claim().await.is_none());
    queue.finish(&current).await.unwrap();
}

#[tokio::test]
async fn a_heartbeat_keeps_the_lease() {
    let desk = Desk::open().await;
    desk.enqueue(1).await;
    let claimed = desk.claimed().await;

    desk.clock.advance(LEASE / 2);
    desk.queue.heartbeat(&claimed, LEASE).await.unwrap();
    desk.clock.advance(LEASE / 2);

    assert!(desk.claim().await.is_none());
    desk.queue.finish(&claimed).await.unwrap();
}

#[tokio::test]
async fn a_failed_job_rests_and_is_tried_again() {
    let desk = Desk::open().await;
    desk.enqueue(1).await;
    let claimed = desk.claimed().await;

    let outcome = desk.queue.fail(&claimed, &POLICY, "no luck").await.unwrap();

    let FailureOutcome::Retry { at } = outcome else {
        panic!("{outcome:?}");
    };
    let backoff = at.since(desk.clock.now());
    assert!((4..=8).contains(&backoff.as_secs()), "{backoff:?}");
    assert!(desk.claim().await.is_none());
    desk.clock.advance(backoff);
    assert_eq!(desk.claimed().await.attempt, 2);
}

#[tokio::test]
async fn a_job_is_given_up_after_its_attempts_and_can_be_revived() {
    let desk = Desk::open().await;
    let id = desk.enqueue(1).await;
    let asked_at = desk.clock.now();
    let claimed = desk.claimed().await;
    desk.queue.fail(&claimed, &POLICY, "first").await.unwrap();
    desk.clock.advance(POLICY.max_delay);

    let claimed = desk.claimed().await;
    let outcome = desk
        .queue
        .fail(&claimed, &POLICY, "sec\0ond")
        .await
        .unwrap();

    assert_eq!(outcome, FailureOutcome::Dead);
    let expected = DeadJob {
        id,
        kind: "count".to_owned(),
        attempts: 2,
        last_error: Some("second".to_owned()),
        created_at: asked_at,
        died_at: desk.clock.now(),
    };
    assert_eq!(desk.dead().await, [expected]);
    assert_eq!(desk.queue.pending().await.unwrap(), 0);
    desk.clock.advance(LEASE * 10);
    assert!(desk.claim().await.is_none());

    desk.queue.requeue(id).await.unwrap();

    assert!(desk.dead().await.is_empty());
    assert_eq!(desk.claimed().await.attempt, 1);
    assert!(matches!(desk.queue.requeue(id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn all_that_were_given_up_can_be_revived_at_once() {
    let desk = Desk::open().await;
    for number in 0..3 {
        desk.enqueue(number).await;
        let claimed = desk.claimed().await;
        desk.queue.dead_letter(&claimed, "hopeless").await.unwrap();
    }
    desk.enqueue(3).await;

    assert_eq!(desk.queue.requeue_all().await.unwrap(), 3);

    assert!(desk.dead().await.is_empty());
    assert_eq!(desk.queue.pending().await.unwrap(), 4);
    assert_eq!(desk.claimed().await.attempt, 1);
    assert_eq!(desk.queue.requeue_all().await.unwrap(), 0);
}

#[tokio::test]
async fn a_job_handed_back_is_due_at_once_and_untried() {
    let desk = Desk::open().await;
    desk.enqueue(1).await;
    let claimed = desk.claimed().await;

    desk.queue.release(&claimed).await.unwrap();

    assert_eq!(desk.claimed().await.attempt, 1);
}

#[tokio::test]
async fn a_long_error_is_cut() {
    let desk = Desk::open().await;
    desk.enqueue(1).await;
    let claimed = desk.claimed().await;

    desk.queue
        .dead_letter(&claimed, &"ü".repeat(5000))
        .await
        .unwrap();

    let kept = desk.dead().await.remove(0).last_error.unwrap();
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

    assert!(
        !shown.contains("bob") && !shown.contains("secret"),
        "{shown}"
    );
}
