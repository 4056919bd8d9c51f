//! Listing and requeueing of dead jobs.

use std::time::Duration;

use serde_json::json;

use super::{Requeue, dead, object, requeue, row};
use crate::{cli::Error, state::tests::Stage};

/// Enqueues a job, dead-letters it, and returns its id.
async fn dead_letter(stage: &Stage) -> i64 {
    let (queue, work) = (&stage.services.queue, &mut stage.services.work());
    let payload = json!({ "to": "recipient@example.com" });
    let id = queue.enqueue(work, "test", &payload).await.unwrap();
    let claimed = queue.claim(work, &["test"], Duration::from_secs(60)).await;
    let claimed = claimed.unwrap().unwrap();
    queue.dead_letter(work, &claimed, "no such mailbox").await.unwrap();
    id.get()
}

#[tokio::test]
async fn shows_the_error_of_a_dead_job_and_nothing_of_its_payload() {
    let stage = Stage::open().await;
    let id = dead_letter(&stage).await;

    let jobs = dead(&stage.services).await.unwrap();

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
    let services = &stage.services;
    let (first, second, third) =
        (dead_letter(&stage).await, dead_letter(&stage).await, dead_letter(&stage).await);
    let one = |id| Requeue { id: Some(id), all: false };
    let all = Requeue { id: None, all: true };

    let said = requeue(services, &one(second)).await.unwrap();
    assert_eq!(said, format!("requeued job {second}"));
    let left: Vec<_> = dead(services).await.unwrap();
    let left: Vec<_> = left.iter().map(|job| job.id.get()).collect();
    assert_eq!(left, [third, first]);

    let refusal = requeue(services, &one(second)).await.unwrap_err();
    assert!(matches!(refusal, Error::Refused(_)), "{refusal:?}");

    assert_eq!(requeue(services, &all).await.unwrap(), "requeued 2");
    assert!(dead(services).await.unwrap().is_empty());
}
