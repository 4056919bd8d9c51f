//! SQLite's group commit: what waits for the writer at the same time shares a commit, and each fares as it would alone.

mod outcomes;
mod waiting;

use std::{fs, path::PathBuf, pin::pin};

use futures_util::{FutureExt, future::join_all};
use loggia_db::{Db, Error, Result, Work};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::things::{create, put};

struct Stage {
    db: Db,
    file: PathBuf,
    _folder: TempDir,
}

impl Stage {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loggia.db");
        let db = open(&file).await;
        create(&db).await;
        Self { db, file, _folder: folder }
    }

    /// Has all of `requests` wait for a transaction to end, so that they form one group.
    async fn together<T>(
        &self,
        requests: impl IntoIterator<Item = impl Future<Output = T>>,
    ) -> Vec<T> {
        let (begun, released) = (Notify::new(), Notify::new());
        let hold = self.db.transaction(async |_: &mut Work| {
            begun.notify_one();
            released.notified().await;
            Ok::<_, Error>(())
        });
        let wait = async {
            begun.notified().await;
            let mut all = pin!(join_all(requests));
            // The first poll queues them all.
            assert!((&mut all).now_or_never().is_none());
            released.notify_one();
            all.await
        };
        let (held, outcomes) = tokio::join!(hold, wait);
        held.unwrap();
        outcomes
    }

    fn log_bytes(&self) -> u64 {
        let log = self.file.with_extension("db-wal");
        fs::metadata(log).unwrap().len()
    }
}

async fn open(file: &std::path::Path) -> Db {
    let url = format!("sqlite://{}", file.display());
    Db::open(&url, 2).await.unwrap()
}

async fn put_alone(db: &Db, n: i64) -> Result<()> {
    put(&mut db.work(), &format!("cup{n}"), n).await
}

async fn put_in_transaction(db: &Db, n: i64) -> Result<()> {
    db.transaction(async |work| put(work, &format!("cup{n}"), n).await).await
}
