//! The fields of every span are valid JSON.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tracing::field;

use super::Fields;

/// Returns the JSON of the span in which `act` logs an event.
fn said(act: impl FnOnce()) -> Value {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .fmt_fields(Fields)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    let line: Value = serde_json::from_slice(&log.0.lock().unwrap()).unwrap();
    line["span"].clone()
}

#[test]
fn fields_of_every_type_are_told() {
    let span = said(|| {
        let span = tracing::info_span!(
            "all",
            text = "plain",
            awkward = "\"quoted\" \\ \n\t\u{1} ü",
            number = -3_i64,
            large = u64::MAX,
            part = 0.5,
            none_at_all = f64::NAN,
            yes = true,
            shown = %"127.0.0.1",
            seen = ?Some("x\"y"),
            absent = None::<&str>,
        );
        span.in_scope(|| tracing::info!("now"));
    });

    assert_eq!(
        span,
        json!({
            "name": "all",
            "text": "plain",
            "awkward": "\"quoted\" \\ \n\t\u{1} ü",
            "number": -3,
            "large": u64::MAX,
            "part": 0.5,
            "none_at_all": "NaN",
            "yes": true,
            "shown": "127.0.0.1",
            "seen": "Some(\"x\\\"y\")",
        })
    );
}

#[test]
fn what_is_recorded_later_is_added() {
    let later = said(|| {
        let span = tracing::info_span!("later", first = 1, second = field::Empty);
        span.record("second", "two");
        span.in_scope(|| tracing::info!("now"));
    });
    assert_eq!(later, json!({"name": "later", "first": 1, "second": "two"}));

    let only = said(|| {
        let span = tracing::info_span!("only", late = field::Empty);
        span.record("late", 3);
        span.in_scope(|| tracing::info!("now"));
    });
    assert_eq!(only, json!({"name": "only", "late": 3}));

    let nothing = said(|| tracing::info_span!("nothing").in_scope(|| tracing::info!("now")));
    assert_eq!(nothing, json!({"name": "nothing"}));
}
