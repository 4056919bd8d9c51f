use super::*;

#[test]
fn rests_double_up_to_the_limit() {
    let plan = Plan::default();

    let rests: Vec<u64> = (1..=6).map(|n| plan.rest(n).as_secs()).collect();

    assert_eq!(rests, [5, 10, 20, 40, 60, 60]);
    assert_eq!(plan.rest(u32::MAX), plan.max_delay);
}

#[test]
fn jitter_only_shortens_and_at_most_by_half() {
    let plan = Plan::PATIENT;

    for attempt in 1..200 {
        let rest = plan.jittered_rest(attempt);
        assert!(rest <= plan.rest(attempt));
        assert!(rest >= plan.rest(attempt) / 2);
    }
}
