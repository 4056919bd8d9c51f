use loggia_http::{Surface, auth::Credential, error::AuthFault};
use rstest::rstest;

use super::Api;

#[rstest]
#[case("Bearer x", Credential::Signed("x"))]
#[case("Bearer", Credential::Faulty(AuthFault::MalformedHeader))]
#[case("Bearer x y", Credential::Faulty(AuthFault::MalformedHeader))]
#[case("bearer x", Credential::None)]
#[case("Token x", Credential::None)]
fn api_takes_bearers_letter_for_letter(
    #[case] header: &str,
    #[case] credential: Credential<'static>,
) {
    assert_eq!(Api::credential(Some(header)), credential);
}
