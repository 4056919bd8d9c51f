//! The surface as a type, and the services that its handlers use.

use std::sync::Arc;

use loggia_application::{
    AccountManagement, ContentManagement, PermissionManagement, RoleAssignment, RoleManagement,
};
use loggia_content::Entries;
use loggia_db::{Db, Work};
use loggia_http::BaseUrl;
use loggia_http::encryption::TokenCipher;
use loggia_identity::{Accounts, OneTimeTokens, Passwords, Sessions};
use loggia_kernel::Clock;
use loggia_rbac::{Assignments, Permissions, Roles};
use loggia_storage::Storage;

/// The surface `api`: paths below `/api/` that no other surface serves.
pub struct Api;

/// Services of surface `api`. Every worker has them as `Data<ApiState>`.
#[derive(Clone)]
pub struct ApiState {
    /// The database.
    pub db: Db,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Administration of accounts.
    pub account_management: AccountManagement,
    /// Administration of roles.
    pub role_management: RoleManagement,
    /// Administration of permissions.
    pub permission_management: PermissionManagement,
    /// Assignment of roles to accounts.
    pub role_assignment: RoleAssignment,
    /// Administration of content.
    pub content_management: ContentManagement,
    /// Sessions and their tokens.
    pub sessions: Arc<dyn Sessions>,
    /// Password policy and changes.
    pub passwords: Arc<dyn Passwords>,
    /// One-time tokens of emailed links.
    pub one_time: Arc<dyn OneTimeTokens>,
    /// Permissions.
    pub permissions: Arc<dyn Permissions>,
    /// Roles.
    pub roles: Arc<dyn Roles>,
    /// Roles of accounts.
    pub assignments: Arc<dyn Assignments>,
    /// Content entries.
    pub entries: Arc<dyn Entries>,
    /// Encryption of upload grants.
    pub upload_cipher: TokenCipher,
    /// Uploaded files.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The base URL of links to this server.
    pub public_url: BaseUrl,
}

impl ApiState {
    /// Returns a unit of work in auto mode: each statement is a transaction by itself.
    pub fn work(&self) -> Work {
        self.db.work()
    }
}
