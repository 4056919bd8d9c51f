//! An account as this surface shows it. Source: docs/contract/users.md «Envelope».

use loggia_identity::{Account, TokenPair};
use serde::Serialize;
use utoipa::ToSchema;

use loggia_http::dialect::Pair;

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct UserOut {
    #[schema(example = 1)]
    id: i64,
    /// Empty for an account that was made without one, as djoser permits.
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
            email: account
                .email
                .map(|email| email.to_string())
                .unwrap_or_default(),
            first_name: account.first_name,
            last_name: account.last_name,
            company_name: account.company_name,
        }
    }
}

/// An account that has just logged in, with its tokens.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedInOut {
    user: UserOut,
    tokens: Pair,
}

impl SignedInOut {
    pub(super) fn new(account: Account, tokens: TokenPair) -> Self {
        Self {
            user: account.into(),
            tokens: tokens.into(),
        }
    }
}
