//! Tests of the hashing pool: results, rejection under load, and release of permits.

use std::sync::mpsc;
use std::time::Duration;

use super::super::hash::Verification;
use super::super::{HashError, Hasher, Params};
use super::password;

const LONG: Duration = Duration::from_secs(600);

fn hasher(permits: usize, queue: usize, max_wait: Duration) -> Hasher {
    Hasher::with_max_wait(Params::cheap(), permits, queue, max_wait)
}

/// Occupies one permit until the sender is dropped or used.
fn occupy(hasher: &Hasher) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, released) = mpsc::channel();
    let hasher = hasher.clone();
    let task = tokio::spawn(async move {
        // Either way the wait is over.
        let _ = hasher.run(move |_| released.recv()).await.unwrap();
    });
    (release, task)
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

fn is_busy<T>(result: Result<T, HashError>) -> bool {
    matches!(result, Err(HashError::Busy { retry_after }) if Duration::ZERO < retry_after)
}

#[tokio::test]
async fn hashes_and_verifies() {
    let hasher = Hasher::new(Params::cheap(), 2, Hasher::queue_for(2));
    let pw = password("correct horse");
    let stored = hasher.hash(&pw).await.unwrap();
    let outcome = hasher.verify(&pw, Some(&stored)).await.unwrap();
    assert!(outcome.matches && !outcome.needs_rehash);
    let outcome = hasher.verify(&password("wrong"), Some(&stored)).await.unwrap();
    assert_eq!(outcome, Verification::NO_MATCH);
    assert_eq!((hasher.permits(), hasher.running(), hasher.waiting()), (2, 0, 0));
}

#[tokio::test]
async fn an_account_without_a_readable_password_costs_a_hash_and_never_matches() {
    let hasher = hasher(1, 0, LONG);
    for stored in [None, Some(""), Some("!"), Some("!x"), Some("nonsense"), Some("$argon2id$")] {
        let outcome = hasher.verify(&password(""), stored).await.unwrap();
        assert_eq!(outcome, Verification::NO_MATCH);
    }
    // Costs that cannot run show that a hash is attempted, and that its failure is not hidden.
    let broken = Hasher::new(Params { passes: 0, ..Params::cheap() }, 1, 0);
    for stored in [None, Some("!"), Some("nonsense")] {
        let result = broken.verify(&password("x"), stored).await;
        assert!(matches!(result, Err(HashError::Failed(_))));
    }
    // A readable one is checked with its own costs and costs no second hash.
    let stored = hasher.hash(&password("x")).await.unwrap();
    assert!(broken.verify(&password("x"), Some(&stored)).await.unwrap().matches);
}

#[tokio::test]
async fn a_full_queue_rejects_at_once() {
    let hasher = hasher(1, 1, LONG);
    let (release, task) = occupy(&hasher);
    until(|| hasher.running() == 1).await;

    let queued = tokio::spawn({
        let hasher = hasher.clone();
        async move { hasher.hash(&password("x")).await }
    });
    until(|| hasher.waiting() == 1).await;
    assert!(is_busy(hasher.hash(&password("x")).await));
    assert!(is_busy(hasher.verify(&password("x"), None).await));

    release.send(()).unwrap();
    task.await.unwrap();
    queued.await.unwrap().unwrap();
    assert_eq!((hasher.running(), hasher.waiting()), (0, 0));
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_in_busy_and_frees_the_slot() {
    let hasher = hasher(1, 1, Duration::from_millis(1));
    let (release, task) = occupy(&hasher);
    until(|| hasher.running() == 1).await;
    for _ in 0..3 {
        assert!(is_busy(hasher.hash(&password("x")).await));
        assert_eq!(hasher.waiting(), 0);
    }
    release.send(()).unwrap();
    task.await.unwrap();
    hasher.hash(&password("x")).await.unwrap();
}

#[tokio::test]
async fn a_cancelled_caller_keeps_the_permit_until_the_hash_is_done() {
    let hasher = hasher(1, 1, LONG);
    let (release, released) = mpsc::channel::<()>();
    // Polled once, which starts the work, and dropped.
    tokio::select! {
        biased;
        _ = hasher.run(move |_| released.recv()) => unreachable!("the channel is not released"),
        () = std::future::ready(()) => (),
    }
    assert_eq!(hasher.running(), 1);
    // A waiter who leaves gives up the place.
    let pw = password("x");
    tokio::select! {
        biased;
        _ = hasher.hash(&pw) => unreachable!("there is no permit"),
        () = std::future::ready(()) => (),
    }
    assert_eq!((hasher.running(), hasher.waiting()), (1, 0));

    release.send(()).unwrap();
    hasher.hash(&password("x")).await.unwrap();
    assert_eq!(hasher.running(), 0);
}

#[tokio::test]
async fn a_panic_is_contained_and_frees_the_permit() {
    let hasher = hasher(1, 0, LONG);
    let result = hasher.run(|_| -> () { panic!("on purpose") }).await;
    assert!(matches!(result, Err(HashError::Failed(_))));
    hasher.hash(&password("x")).await.unwrap();
}

#[tokio::test]
async fn many_callers_share_few_permits() {
    let hasher = hasher(2, 200, LONG);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.hash(&password("x")).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!((hasher.running(), hasher.waiting()), (0, 0));
}

#[tokio::test]
async fn a_caller_cancelled_while_waiting_costs_no_hash() {
    let hasher = hasher(1, 1, LONG);
    let (release, task) = occupy(&hasher);
    until(|| hasher.running() == 1).await;
    let (begun, begins) = mpsc::channel();
    // Polled once, which queues the work, and dropped.
    tokio::select! {
        biased;
        _ = hasher.run(move |_| begun.send(())) => unreachable!("there is no permit"),
        () = std::future::ready(()) => (),
    }
    release.send(()).unwrap();
    task.await.unwrap();
    hasher.hash(&password("x")).await.unwrap();
    // The sender went with the work, and was never used.
    assert_eq!(begins.try_recv(), Err(mpsc::TryRecvError::Disconnected));
}

#[tokio::test]
async fn a_panic_does_not_take_the_thread_from_waiting_callers() {
    let hasher = hasher(1, 1, LONG);
    let (release, released) = mpsc::channel::<()>();
    let panics = tokio::spawn({
        let hasher = hasher.clone();
        async move {
            hasher
                .run(move |_| -> () {
                    // Either way the wait is over.
                    let _ = released.recv();
                    panic!("on purpose")
                })
                .await
        }
    });
    until(|| hasher.running() == 1).await;
    let queued = tokio::spawn({
        let hasher = hasher.clone();
        async move { hasher.hash(&password("x")).await }
    });
    until(|| hasher.waiting() == 1).await;
    release.send(()).unwrap();
    assert!(matches!(panics.await.unwrap(), Err(HashError::Failed(_))));
    queued.await.unwrap().unwrap();
    assert_eq!((hasher.running(), hasher.waiting()), (0, 0));
}
