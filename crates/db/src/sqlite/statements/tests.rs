//! Who waits too long is told so, whoever else waits.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use diesel::sqlite::SqliteConnection;
use tokio::{runtime::Handle, time::Instant};

use super::{Queue, Shared, Statement};
use crate::sqlite::pool::{Mode, pool};

type Refused = Arc<Mutex<Vec<&'static str>>>;

/// Somebody who waits until `limit`.
struct Waiting {
    name: &'static str,
    limit: Instant,
    refused: Refused,
}

impl Statement for Waiting {
    fn is_awaited(&self) -> bool {
        true
    }

    fn limit(&self) -> Instant {
        self.limit
    }

    fn run(&mut self, _: &mut SqliteConnection) -> bool {
        panic!("{} was run", self.name);
    }

    fn tell(self: Box<Self>) {
        panic!("{} was told of success", self.name);
    }

    fn refuse(self: Box<Self>, _: &str) {
        self.refused.lock().unwrap().push(self.name);
    }
}

/// A queue whose writer is never asked for.
fn queue_of(waiting: &[(&'static str, Instant)], refused: &Refused) -> Shared {
    let waiting = waiting.iter().map(|&(name, limit)| {
        let refused = Arc::clone(refused);
        let statement: Box<dyn Statement> = Box::new(Waiting {
            name,
            limit,
            refused,
        });
        statement
    });
    Shared {
        writer: pool("nowhere/at/all", Mode::Write, 1).unwrap(),
        runtime: Handle::current(),
        queue: Mutex::new(Queue {
            waiting: waiting.collect(),
            is_served: true,
        }),
    }
}

#[tokio::test]
async fn the_late_are_refused_and_the_others_wait_on() {
    let refused = Refused::default();
    let now = Instant::now();
    let (next, last) = (
        now + Duration::from_secs(3600),
        now + Duration::from_secs(7200),
    );
    let shared = queue_of(
        &[
            ("first", now),
            ("second", now),
            ("third", next),
            ("fourth", last),
        ],
        &refused,
    );

    assert_eq!(shared.refuse_late(), Some(next));
    assert_eq!(*refused.lock().unwrap(), ["first", "second"]);
    assert_eq!(shared.queue().waiting.len(), 2);
}

#[tokio::test]
async fn where_all_are_late_nobody_waits_for_the_writer() {
    let refused = Refused::default();
    let soon = Instant::now() + Duration::from_millis(1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loggia.db");
    let writer = pool(file.to_str().unwrap(), Mode::Write, 1).unwrap();
    let _held = writer.get().await.unwrap();
    let shared = Shared {
        writer: writer.clone(),
        ..queue_of(&[("first", Instant::now()), ("second", soon)], &refused)
    };

    assert!(shared.writer().await.is_none());

    assert_eq!(*refused.lock().unwrap(), ["first", "second"]);
    assert!(!shared.is_any_waiting());
}
