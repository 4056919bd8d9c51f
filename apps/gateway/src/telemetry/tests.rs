//! The log contains nothing that a request carried.

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpResponse,
    http::Method,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service, try_call_service},
    web,
};
use serde_json::Value;
use tracing::Level;

use loggia_http::{
    error::chain,
    middleware::{RoutingTable, outer, root_span},
};

use super::{fields::Fields, filter};
#[cfg(not(feature = "otel"))]
use crate::config::tests::given;
use crate::{Gateway, state::tests::Stage, surfaces::SURFACES};

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

/// Returns the JSON lines that are logged while `act` runs.
async fn lines_of(act: impl Future<Output = ()>) -> Vec<Value> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .fmt_fields(Fields)
        .with_max_level(Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    act.await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

async fn awaits_and_logs() -> HttpResponse {
    tokio::task::yield_now().await;
    tracing::info!("in the middle");
    HttpResponse::NoContent().finish()
}

async fn panics() -> HttpResponse {
    panic!("a fault of the test")
}

#[actix_web::test]
async fn whatever_a_handler_logs_is_said_within_its_request() {
    let table = Arc::new(RoutingTable::of(&SURFACES, []));
    let routing = Arc::clone(&table);
    let outer = from_fn(move |request, next| outer(Arc::clone(&routing), request, next));
    let app = App::new()
        .app_data(web::Data::from(table))
        .route("/awaits", web::route().to(awaits_and_logs))
        .route("/panics", web::get().to(panics))
        .wrap(outer)
        .wrap(root_span());
    let app = init_service(app).await;
    let send = async |method: Method, path: &str| {
        let request = TestRequest::with_uri(path).method(method);
        let request = request.insert_header(("X-Request-Id", "a-name")).to_request();
        // A panic becomes an error that carries its response.
        try_call_service(&app, request).await.ok();
    };

    let lines = lines_of(async {
        send(Method::GET, "/awaits").await;
        send(Method::HEAD, "/awaits").await;
        send(Method::POST, "/awaits").await;
        send(Method::GET, "/panics").await;
        send(Method::GET, "/a\"b\\c%22%0A").await;
    })
    .await;

    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            assert_eq!(line["span"]["request_id"], "a-name", "{line}");
            assert_eq!(line["span"]["address"], "0.0.0.0", "{line}");
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            [text(&line["level"]), text(&line["message"]), text(&line["span"]["path"])]
        })
        .collect();
    let expected = [
        ["INFO", "in the middle", "/awaits"],
        ["DEBUG", "request", "/awaits"],
        ["INFO", "in the middle", "/awaits"],
        ["DEBUG", "request", "/awaits"],
        ["INFO", "in the middle", "/awaits"],
        ["INFO", "request", "/awaits"],
        ["ERROR", "a request failed", "/panics"],
        ["ERROR", "request failed", "/panics"],
        ["INFO", "request", "/a\"b\\c\"\n"],
    ];
    assert_eq!(told, expected);
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
    let app = init_service(crate::app(&gateway)).await;

    for path in ["/auth/users/7/?token=hunter2", "/nowhere?token=hunter2"] {
        let request = TestRequest::get()
            .uri(path)
            .insert_header(("Authorization", "Bearer hunter2"))
            .insert_header(("Cookie", "session=hunter2"))
            .to_request();
        call_service(&app, request).await;
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
    for bad in [
        "gateway=loud",
        "loud",
        "gateway",
        "\"info\"",
        "*=debug",
        "a=",
        "=debug",
        "[request]=debug",
        "gateway[{f}]=trace",
        "info;gateway=debug",
        "info gateway=debug",
    ] {
        let error = filter(bad).unwrap_err();
        assert_eq!(error.setting, "LOGGIA_LOG", "{bad}");
        assert!(error.to_string().contains(bad), "{error}");
    }
}

#[test]
fn spaces_and_empty_directives_are_passed_over() {
    for directives in ["info", "INFO", " info ", "info,", ",info,,hyper=off", "", " , ", "3"] {
        let filter = filter(directives).unwrap();
        assert!(filter.would_enable("gateway::serve", &Level::INFO), "{directives}");
        assert!(!filter.would_enable("gateway::serve", &Level::DEBUG), "{directives}");
    }
    let some = filter("warn, gateway = debug").unwrap();
    assert!(some.would_enable("gateway::serve", &Level::DEBUG));
    assert!(!some.would_enable("loggia_jobs", &Level::INFO));
    let quiet = filter("error").unwrap();
    assert!(!quiet.would_enable("actix_server::worker", &Level::WARN));
    assert!(quiet.would_enable("actix_server::worker", &Level::ERROR));
    let named = filter("gateway=info").unwrap();
    assert!(!named.would_enable("actix_server::worker", &Level::ERROR));
    assert!(!named.would_enable("loggia_jobs", &Level::ERROR));
}

/// Below `info`, drivers and HTTP libraries log parameters, headers and bodies.
#[test]
fn other_crates_log_nothing_below_info_at_any_requested_level() {
    for directives in
        ["trace", "trace,tokio_postgres=trace", "loggia=trace,gateway=trace,hyper=debug,t=trace"]
    {
        let filter = filter(directives).unwrap();
        for ours in ["gateway::serve", "loggia_identity::sessions", "loggia::security"] {
            assert!(filter.would_enable(ours, &Level::TRACE), "{directives}: {ours}");
        }
        for other in ["tokio_postgres::query", "hyper::proto", "actix_web"] {
            assert!(!filter.would_enable(other, &Level::DEBUG), "{directives}: {other}");
        }
    }
    let some = filter("warn,gateway=debug,actix_http::h1=info").unwrap();
    assert!(some.would_enable("gateway::serve", &Level::DEBUG));
    assert!(!some.would_enable("loggia_jobs", &Level::INFO));
    assert!(some.would_enable("actix_http::h1::dispatcher", &Level::INFO));
    let usual = filter("info").unwrap();
    assert!(!usual.would_enable("actix_http::h1::dispatcher", &Level::ERROR));
    assert!(!usual.would_enable("gateway::serve", &Level::DEBUG));
}

#[test]
fn shows_a_chain_on_one_line() {
    let error = io::Error::other(crate::config::Error::new("X", "is wrong"));
    assert_eq!(chain(&error), "X: is wrong");
}

#[cfg(not(feature = "otel"))]
#[test]
fn an_export_that_is_not_compiled_in_is_refused() {
    let settings = given(&["--otlp-endpoint", "http://localhost:4318"]).unwrap();
    let error = super::init(&settings).unwrap_err();
    assert_eq!(error.setting, "LOGGIA_OTLP_ENDPOINT");
    assert!(error.to_string().contains("`otel`"), "{error}");
}
