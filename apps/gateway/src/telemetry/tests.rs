//! Nothing that a request carried is in its log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::test as asked;
use tracing::Level;

use super::{chain, filter};
use crate::{Gateway, services::tests::Stage};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[actix_web::test]
async fn tells_path_and_status_and_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let stage = Stage::open().await;
    let gateway = Gateway::new(stage.services.clone());
    let app = asked::init_service(crate::app(&gateway)).await;

    for path in ["/auth/users/7/?token=hunter2", "/nowhere?token=hunter2"] {
        let request = asked::TestRequest::get()
            .uri(path)
            .insert_header(("Authorization", "Bearer hunter2"))
            .insert_header(("Cookie", "session=hunter2"))
            .to_request();
        asked::call_service(&app, request).await;
    }

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/auth/users/{id}/"), "{text}");
    assert!(text.contains("/nowhere"), "{text}");
    assert!(text.contains("status=401"), "{text}");
    assert!(text.contains("status=404"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn names_the_setting_of_a_filter_that_is_none() {
    assert!(filter("info").is_ok());
    assert!(filter("warn,gateway=debug").is_ok());
    let error = filter("gateway=loud").unwrap_err();
    assert_eq!(error.setting, "LOGGIA_LOG");
}

/// Below `info` drivers and HTTP libraries write down whatever passes through them.
#[test]
fn others_are_heard_from_info_on_whatever_is_asked_for() {
    for directives in [
        "trace",
        "trace,tokio_postgres=trace",
        "loggia=trace,gateway=trace,hyper=debug",
    ] {
        let filter = filter(directives).unwrap();
        for ours in [
            "gateway::front",
            "loggia_identity::sessions",
            "loggia::security",
        ] {
            assert!(
                filter.would_enable(ours, &Level::TRACE),
                "{directives}: {ours}"
            );
        }
        for other in ["tokio_postgres::query", "hyper::proto", "actix_web"] {
            assert!(
                !filter.would_enable(other, &Level::DEBUG),
                "{directives}: {other}"
            );
        }
    }
    let some = filter("warn,gateway=debug,actix_http::h1=info").unwrap();
    assert!(some.would_enable("gateway::front", &Level::DEBUG));
    assert!(!some.would_enable("loggia_jobs", &Level::INFO));
    assert!(some.would_enable("actix_http::h1::dispatcher", &Level::INFO));
    let usual = filter("info").unwrap();
    assert!(!usual.would_enable("actix_http::h1::dispatcher", &Level::ERROR));
    assert!(!usual.would_enable("gateway::front", &Level::DEBUG));
}

#[test]
fn shows_a_chain_on_one_line() {
    let error = io::Error::other(crate::config::Error::new("X", "is wrong"));
    assert_eq!(chain(&error), "X: is wrong");
}
