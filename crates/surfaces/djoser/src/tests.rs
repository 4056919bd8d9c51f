use loggia_http::{Surface, auth::Credential, error::AuthFault};
use rstest::rstest;

use super::Djoser;

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
