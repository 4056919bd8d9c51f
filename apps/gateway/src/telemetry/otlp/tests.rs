//! What a collector receives.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    thread::{self, JoinHandle},
};

use actix_web::test as client;
use tracing_subscriber::layer::SubscriberExt;

use super::Export;
use crate::{Gateway, state::tests::Stage};

/// A collector that accepts one export.
struct Collector {
    address: SocketAddr,
    received: JoinHandle<(String, Vec<u8>)>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = thread::spawn(move || accept(&listener));
        Self { address, received }
    }

    /// Returns the request line and the body.
    fn received(self) -> (String, Vec<u8>) {
        self.received.join().unwrap()
    }
}

fn accept(listener: &TcpListener) -> (String, Vec<u8>) {
    let (stream, _) = listener.accept().unwrap();
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_ascii_lowercase()),
        }
    }
    let mut lengths = head.iter().filter_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; lengths.next().unwrap().parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    let stream = stream.get_mut();
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    (head.swap_remove(0), body)
}

/// Source: W3C Trace Context, the examples of `traceparent`.
const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const PARENT: u64 = 0x00f0_67aa_0ba9_02b7;

#[actix_web::test]
async fn the_span_of_a_request_continues_the_trace_of_its_client() {
    let collector = Collector::start();
    let endpoint = format!("http://{}/otlp", collector.address);
    let export = Export::to(&endpoint.parse().unwrap()).unwrap();
    let subscriber = tracing_subscriber::registry().with(export.layer());
    let guard = tracing::subscriber::set_default(subscriber);
    let stage = Stage::open().await;
    let gateway = Gateway::new(stage.services.clone());
    let app = client::init_service(crate::app(&gateway)).await;

    let request = client::TestRequest::get()
        .uri("/auth/users/7/?token=hunter2")
        .insert_header(("traceparent", format!("00-{TRACE:032x}-{PARENT:016x}-01")))
        .insert_header(("X-Request-Id", "a-name"))
        .to_request();
    // The span ends with the response.
    drop(client::call_service(&app, request).await);
    drop(guard);
    // Sends what is left.
    drop(export);

    let (request, body) = collector.received();
    assert_eq!(request, "post /otlp/v1/traces http/1.1");
    let has = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    // Fields of the message `Span`. Source: opentelemetry-proto 1.8, `trace.proto`.
    let trace_id = [&[1 << 3 | 2, 16][..], &TRACE.to_be_bytes()].concat();
    let parent_span_id = [&[4 << 3 | 2, 8][..], &PARENT.to_be_bytes()].concat();
    let kind_server = [6 << 3, 2];
    for expected in [&trace_id[..], &parent_span_id, &kind_server] {
        assert!(has(expected), "{expected:?} is not in {body:?}");
    }
    let text = String::from_utf8_lossy(&body);
    for expected in ["service.name", "GET /auth/users/{id}/", "a-name", "http.response.status_code"]
    {
        assert!(text.contains(expected), "{text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
}
