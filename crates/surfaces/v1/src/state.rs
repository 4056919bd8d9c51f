//! The surface as a type, and the services that its handlers use.

use std::sync::Arc;

use loggia_contacts::Contacts;
use loggia_db::{Db, Work};
use loggia_http::encryption::TokenCipher;
use loggia_http::throttling::{Rates, Throttles};
use loggia_identity::{Accounts, OneTimeTokens, Organizations, Passwords, Sessions};
use loggia_tagging::Tags;

/// The surface `v1`: the paths below `/api/v1/`.
pub struct V1;

/// Services of surface `v1`. Every worker has them as `Data<V1State>`.
#[derive(Clone)]
pub struct V1State {
    /// The database.
    pub db: Db,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Sessions and their tokens.
    pub sessions: Arc<dyn Sessions>,
    /// Password policy and changes.
    pub passwords: Arc<dyn Passwords>,
    /// One-time tokens of emailed links.
    pub one_time: Arc<dyn OneTimeTokens>,
    /// Organizations and their members.
    pub organizations: Arc<dyn Organizations>,
    /// Contacts.
    pub contacts: Arc<dyn Contacts>,
    /// Tags.
    pub tags: Arc<dyn Tags>,
    /// Encryption of cursors.
    pub cursor_cipher: TokenCipher,
    /// Request counters.
    pub throttles: Throttles,
    /// The limits of the request counters.
    pub rates: Rates,
}

impl V1State {
    /// Returns a unit of work in auto mode: each statement is a transaction by itself.
    pub fn work(&self) -> Work {
        self.db.work()
    }
}
