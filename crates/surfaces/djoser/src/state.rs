//! Services that the handlers of this surface use.

use std::sync::Arc;

use loggia_db::Db;
use loggia_http::BaseUrl;
use loggia_identity::{AccountAdministration, Accounts, OneTimeTokens, Passwords, Sessions};
use loggia_rbac::Assignments;

/// Services of surface `djoser`. Every worker has them as `Data<DjoserState>`.
#[derive(Clone)]
pub struct DjoserState {
    /// The database, for transactions.
    pub db: Db,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Administration of accounts.
    pub people: Arc<dyn AccountAdministration>,
    /// Sessions and their tokens.
    pub sessions: Arc<dyn Sessions>,
    /// Password policy and changes.
    pub passwords: Arc<dyn Passwords>,
    /// One-time tokens of emailed links.
    pub one_time: Arc<dyn OneTimeTokens>,
    /// Roles of accounts.
    pub assignments: Arc<dyn Assignments>,
    /// The base URL of links to this server.
    pub public_url: BaseUrl,
}
