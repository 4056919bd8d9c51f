//! The surface as a type, and the services that its handlers use.

use std::sync::Arc;

use loggia_application::AccountManagement;
use loggia_db::{Db, Work};
use loggia_http::BaseUrl;
use loggia_identity::{Accounts, OneTimeTokens, Passwords, Sessions};

/// The surface `djoser`: the paths below `/auth/`.
pub struct Djoser;

/// Services of surface `djoser`. Every worker has them as `Data<DjoserState>`.
#[derive(Clone)]
pub struct DjoserState {
    /// The database.
    pub db: Db,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Administration of accounts.
    pub account_management: AccountManagement,
    /// Sessions and their tokens.
    pub sessions: Arc<dyn Sessions>,
    /// Password policy and changes.
    pub passwords: Arc<dyn Passwords>,
    /// One-time tokens of emailed links.
    pub one_time: Arc<dyn OneTimeTokens>,
    /// The base URL of links to this server.
    pub public_url: BaseUrl,
}

impl DjoserState {
    /// Returns a unit of work in auto mode: each statement is a transaction by itself.
    pub fn work(&self) -> Work {
        self.db.work()
    }
}
