//! Listing and requeueing of dead jobs.

use std::time::Duration;

use serde_json::json;

use super::{Requeue, dead, object, requeue, row};
use crate::{cli::Error, state::tests::Stage};

/// Enqueues a job, lets it fail for good, and returns its id.
async fn bury(stage: &Stage) -> i64 {
    let queue = &stage.services.queue;
    let mut tx = stage.services.db.begin().await.unwrap();
    let payload = json!({ "to": "recipient@example.com" });
    let id = queue.enqueue(&mut tx, "test", &payload).await.unwrap();
    tx.commit().await.unwrap();
    let claimed = queue.claim(&["test"], Duration::from_secs(60)).await;
    let claimed = claimed.unwrap().unwrap();
    queue
        .dead_letter(&claimed, "no such mailbox")
        .await
        .unwrap();
    id.get()
}

#[tokio::test]
async fn shows_why_a_job_was_given_up_and_nothing_of_what_it_was_about() {
    let stage = Stage::open().await;
    let id = bury(&stage).await;

    let jobs = dead(&stage.services.queue).await.unwrap();

    assert_eq!(jobs.len(), 1);
    let shown = object(&jobs[0]);
    assert_eq!(shown["id"], id);
    assert_eq!(shown["kind"], "test");
    assert_eq!(shown["attempts"], 1);
    assert_eq!(shown["last_error"], "no such mailbox");
    assert!(!shown.to_string().contains("recipient"));
    assert!(!row(&jobs[0]).concat().contains("recipient"));
}

#[tokio::test]
async fn requeues_one_or_all() {
    let stage = Stage::open().await;
    let queue = &stage.services.queue;
    let (first, second, third) = (bury(&stage).await, bury(&stage).await, bury(&stage).await);
    let one = |id| Requeue {
        id: Some(id),
        all: false,
    };
    let all = Requeue {
        id: None,
        all: true,
    };

    let said = requeue(queue, &one(second)).await.unwrap();
    assert_eq!(said, format!("requeued job {second}"));
    let left: Vec<_> = dead(queue).await.unwrap();
    let left: Vec<_> = left.iter().map(|job| job.id.get()).collect();
    assert_eq!(left, [third, first]);

    let refusal = requeue(queue, &one(second)).await.unwrap_err();
    assert!(matches!(refusal, Error::Refused(_)), "{refusal:?}");

    assert_eq!(requeue(queue, &all).await.unwrap(), "requeued 2");
    assert!(dead(queue).await.unwrap().is_empty());
}
