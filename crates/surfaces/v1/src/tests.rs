use loggia_http::{Surface, auth::Credential};
use rstest::rstest;

use super::V1;

#[rstest]
#[case("bEARER x", Credential::Signed("x"))]
#[case("Bearer ", Credential::Signed(""))]
#[case("Token x", Credential::None)]
fn v1_takes_bearers_in_any_case(#[case] header: &str, #[case] credential: Credential<'static>) {
    assert_eq!(V1::credential(Some(header)), credential);
}
