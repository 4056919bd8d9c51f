use rstest::rstest;

use super::{Api, Credential, Djoser, Surface, V1};
use crate::problem::AuthFault;

#[rstest]
#[case("Bearer a.b.c", Credential::Signed("a.b.c"))]
#[case("Bearer 0123", Credential::Opaque("0123"))]
#[case("Token 0123", Credential::Opaque("0123"))]
#[case("tOKEN a.b.c", Credential::Opaque("a.b.c"))]
#[case("Bearer", Credential::Faulty(AuthFault::NoToken))]
#[case("Token a b", Credential::Faulty(AuthFault::TokenWithSpaces))]
#[case("bearer a.b.c", Credential::None)]
#[case("Basic YTpi", Credential::None)]
#[case("", Credential::None)]
fn djoser_takes_signed_and_opaque_tokens(
    #[case] header: &str,
    #[case] credential: Credential<'static>,
) {
    assert_eq!(Djoser::credential(Some(header)), credential);
}

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

#[rstest]
#[case("bEARER x", Credential::Signed("x"))]
#[case("Bearer ", Credential::Signed(""))]
#[case("Token x", Credential::None)]
fn v1_takes_bearers_in_any_case(#[case] header: &str, #[case] credential: Credential<'static>) {
    assert_eq!(V1::credential(Some(header)), credential);
}
