//! What a test left behind: jobs that nobody ran.

use std::thread;

use loggia_db::Db;
use loggia_jobs::Queue;
use loggia_testkit::FrozenClock;
use std::sync::Arc;

/// How many jobs wait in the database at `url`.
///
/// For use in a destructor: it asks over a connection and on a runtime of its own, because the test's own
/// runtime stands still meanwhile.
///
/// # Panics
/// If the database cannot be asked.
pub(crate) fn pending_jobs(url: &str) -> u64 {
    let url = url.to_owned();
    let asking = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let db = Db::open(&url, 1).await.expect("the test's database");
            let queue = Queue::new(db, Arc::new(FrozenClock::default()));
            queue.pending().await.expect("the number of jobs")
        })
    });
    asking.join().expect("an answer about the jobs")
}
