//! Nothing that a request carried is in its log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpResponse, test as asked,
    web::{self, Data},
};
use tracing::Level;
use tracing_actix_web::TracingLogger;

use super::{RequestSpan, chain, filter};
use crate::{docs::Document, front::Table, surface::SURFACES};

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
    let document = Document::of(&SURFACES[0]);
    let table = Table::of([(document.face, &*document.api)]);
    let app = App::new()
        .app_data(Data::new(table))
        .route("/auth/users/{id}/", web::get().to(HttpResponse::NoContent))
        .wrap(TracingLogger::<RequestSpan>::new());
    let app = asked::init_service(app).await;

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
    assert!(text.contains("status=204"), "{text}");
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

#[test]
fn shows_a_chain_on_one_line() {
    let error = io::Error::other(crate::config::Error::new("X", "is wrong"));
    assert_eq!(chain(&error), "X: is wrong");
}
