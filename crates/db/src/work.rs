//! The unit of work: a value that says which transaction, if any, a statement belongs to.

mod health;
mod lease;
mod retry;
mod transaction;

use std::ops::{Deref, DerefMut};

use crate::{Backend, Db, Result};

pub use self::retry::TransactionBody;
use self::{lease::Lease, transaction::Transaction};

/// A unit of work on one database. Service methods and store functions take `&mut Work`; [`run!`](crate::run) runs one
/// statement in it.
///
/// In auto mode ([`Work::auto`]) each statement is a transaction by itself. On SQLite a statement whose text starts with
/// `SELECT` runs on a reader, on the calling thread; every other statement goes to the writer, which commits waiting
/// statements as a group. In a transaction ([`Work::transaction`]) all statements run on its connection.
pub struct Work {
    db: Db,
    mode: Mode,
}

enum Mode {
    /// Each statement by itself.
    Auto,
    /// Each statement by itself, and reads may take long.
    Scan,
    /// A transaction with a connection of its own.
    Transaction(Box<Transaction>),
}

impl Db {
    /// Short form of [`Work::auto`].
    pub fn work(&self) -> Work {
        Work::auto(self)
    }
}

impl Work {
    /// A unit of work in auto mode: each statement is a transaction by itself, and [`Work::transaction`] begins a real
    /// one. Holds no connection between statements.
    pub fn auto(db: &Db) -> Self {
        Self { db: db.clone(), mode: Mode::Auto }
    }

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        self.db.backend()
    }

    /// Marks the statements of the returned value as long reads: exports, searches, reports. On SQLite they run on
    /// the blocking pool, and they cannot write. Inside a transaction this changes nothing.
    pub fn scan(&mut self) -> Scan<'_> {
        self.scan_if(true)
    }

    /// As [`Work::scan`] if `is_long`; otherwise statements run as usual.
    pub fn scan_if(&mut self, is_long: bool) -> Scan<'_> {
        let resets = is_long && matches!(self.mode, Mode::Auto);
        if resets {
            self.mode = Mode::Scan;
        }
        Scan { work: self, resets }
    }

    /// Runs `action` after the commit, and never if the transaction is rolled back or fails. Runs it at once in auto
    /// mode. Actions run in the order of these calls; they must not block.
    pub fn after_commit(&mut self, action: impl FnOnce() + Send + 'static) {
        match &mut self.mode {
            Mode::Auto | Mode::Scan => action(),
            Mode::Transaction(transaction) => transaction.after_commit(Box::new(action)),
        }
    }

    /// The connection for one statement. Only [`run!`](crate::run) calls this.
    #[doc(hidden)]
    pub async fn lease(&mut self) -> Result<Lease<'_>> {
        match &mut self.mode {
            Mode::Auto => Lease::auto(&self.db).await,
            Mode::Scan => Lease::scan(&self.db).await,
            Mode::Transaction(transaction) => transaction.lease(),
        }
    }
}

/// A [`Work`] whose statements are long reads. Dereferences to it.
pub struct Scan<'w> {
    work: &'w mut Work,
    resets: bool,
}

impl Deref for Scan<'_> {
    type Target = Work;

    fn deref(&self) -> &Work {
        self.work
    }
}

impl DerefMut for Scan<'_> {
    fn deref_mut(&mut self) -> &mut Work {
        self.work
    }
}

impl Drop for Scan<'_> {
    fn drop(&mut self) {
        if self.resets {
            self.work.mode = Mode::Auto;
        }
    }
}
