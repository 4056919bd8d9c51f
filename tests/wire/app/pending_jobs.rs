//! Jobs that a test left pending.

use std::{sync::Arc, thread};

use loggia_db::Db;
use loggia_jobs::Queue;
use loggia_testkit::FrozenClock;

/// Returns the number of pending jobs in the database at `url`.
///
/// For use in a destructor: it opens its own connection on its own runtime, because the test's runtime is blocked.
///
/// # Panics
/// If the database cannot be read.
pub(crate) fn count(url: &str) -> u64 {
    let url = url.to_owned();
    let counting = thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db = Db::open(&url, 1).await.expect("the test's database");
            let queue = Queue::new(Arc::new(FrozenClock::default()));
            queue.pending(&mut db.work()).await.expect("the number of jobs")
        })
    });
    counting.join().expect("the number of pending jobs")
}
