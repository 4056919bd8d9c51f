use super::*;

#[test]
fn rests_double_up_to_the_limit() {
    let retry_policy = RetryPolicy::default();

    let rests: Vec<u64> = (1..=6).map(|n| retry_policy.backoff(n).as_secs()).collect();

    assert_eq!(rests, [5, 10, 20, 40, 60, 60]);
    assert_eq!(retry_policy.backoff(u32::MAX), retry_policy.max_delay);
}

#[test]
fn jitter_only_shortens_and_at_most_by_half() {
    let retry_policy = RetryPolicy::PATIENT;

    for attempt in 1..200 {
        let backoff = retry_policy.jittered_backoff(attempt);
        assert!(backoff <= retry_policy.backoff(attempt));
        assert!(backoff >= retry_policy.backoff(attempt) / 2);
    }
}
