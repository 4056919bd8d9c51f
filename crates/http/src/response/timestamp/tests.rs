use std::time::Duration;

use loggia_kernel::Timestamp;

use super::moment;

#[test]
fn writes_a_fraction_only_where_there_is_one() {
    let whole = Timestamp::from_unix(1_704_067_200).unwrap();
    assert_eq!(moment(whole), "2024-01-01T00:00:00Z");
    let later = whole.plus(Duration::from_micros(1_000_042));
    assert_eq!(moment(later), "2024-01-01T00:00:01.000042Z");
}
