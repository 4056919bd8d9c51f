//! The surface as a type, and the services that its handlers use.

use std::sync::Arc;

use loggia_db::{Db, Work};
use loggia_identity::{Accounts, Passwords, Sessions};

/// The surface `users`: `/api/users/<word>/`. It serves only the words of its handlers; other segments belong to `api`.
pub struct Users;

/// Services of surface `users`. Every worker has them as `Data<UsersState>`.
#[derive(Clone)]
pub struct UsersState {
    /// The database.
    pub db: Db,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Sessions and their tokens.
    pub sessions: Arc<dyn Sessions>,
    /// Password policy and changes.
    pub passwords: Arc<dyn Passwords>,
}

impl UsersState {
    /// Returns a unit of work in auto mode: each statement is a transaction by itself.
    pub fn work(&self) -> Work {
        self.db.work()
    }
}
