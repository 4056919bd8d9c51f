//! Accounts as this surface shows them. Source: docs/contract/users.md «Envelope».

use loggia_identity::{Account, TokenPair};
use serde::Serialize;
use utoipa::ToSchema;

use super::success::SuccessOut;
use loggia_http::dialect::Pair;

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct UserOut {
    #[schema(example = 1)]
    id: i64,
    /// Empty if the account has no email address.
    #[schema(example = "user@example.com")]
    email: String,
    #[schema(example = "John")]
    first_name: String,
    #[schema(example = "Doe")]
    last_name: String,
    #[schema(example = "My Company")]
    company_name: String,
}

impl From<Account> for UserOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.get(),
            email: account.email.map(|email| email.to_string()).unwrap_or_default(),
            first_name: account.first_name,
            last_name: account.last_name,
            company_name: account.company_name,
        }
    }
}

/// An account and its tokens, after registration or login.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedInOut {
    user: UserOut,
    tokens: Pair,
}

impl SignedInOut {
    pub(super) fn new(
        message: &'static str,
        account: Account,
        tokens: TokenPair,
    ) -> SuccessOut<Self> {
        let data = Self { user: account.into(), tokens: tokens.into() };
        SuccessOut::new(message, data)
    }
}
