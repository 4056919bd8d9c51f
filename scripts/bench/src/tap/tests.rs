//! Tests of the protocol decoder, with input split at every size.

use super::{Ear, split};

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    let mut bytes = vec![tag];
    bytes.extend(length.to_be_bytes());
    bytes.extend(body);
    bytes
}

/// A request for encryption, then a session that executes one prepared statement twice and two simple queries.
fn session() -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 8, 4, 210, 22, 47];
    bytes.extend([0, 0, 0, 14, 0, 3, 0, 0, b'u', 0, b'm', 0, 0, 0]);
    bytes.extend(message(b'Q', b"BEGIN\0"));
    bytes.extend(message(b'P', b"s1\0SELECT $1\0\0\0"));
    for _ in 0..2 {
        bytes.extend(message(b'B', b"\0s1\0\0\0"));
        bytes.extend(message(b'E', b"\0\0\0\0\0"));
        bytes.extend(message(b'S', b""));
    }
    bytes.extend(message(b'Q', b"COMMIT\0"));
    bytes
}

#[test]
fn records_each_execution_once_however_the_bytes_arrive() {
    let expected = ["BEGIN", "SELECT $1", "SELECT $1", "COMMIT"];
    for size in [1, 3, 7, 1000] {
        let mut ear = Ear::default();
        let heard: Vec<String> =
            session().chunks(size).flat_map(|piece| ear.hear(piece).unwrap()).collect();
        assert_eq!(heard, expected, "in pieces of {size}");
    }
}

#[test]
fn finds_the_host_in_a_url() {
    let parts = |url| split(url).unwrap();
    assert_eq!(
        parts("postgres://me:p%40ss@localhost:5432/db?sslmode=disable"),
        ("postgres://me:p%40ss@", "localhost:5432", "/db?sslmode=disable")
    );
    assert_eq!(parts("postgresql://host"), ("postgresql://", "host", ""));
    assert!(split("postgres:///db").is_none());
}
