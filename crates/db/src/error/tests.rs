use rstest::rstest;

use super::sqlite_key;

#[rstest]
#[case("UNIQUE constraint failed: accounts.email_folded", "accounts_email_folded_key")]
#[case(
    "UNIQUE constraint failed: memberships.account_id, memberships.org_id",
    "memberships_account_id_org_id_key"
)]
fn names_a_constraint_as_postgres_would(#[case] message: &str, #[case] key: &str) {
    assert_eq!(sqlite_key(message), key);
}
