//! Tests of rules whose errors would not show in a measurement.

use std::fs;

use crate::{http, mailbox::Mailbox, report};

#[test]
fn returns_the_median() {
    assert_eq!(report::median(&[3.0, 1.0, 2.0]), 2.0);
    assert_eq!(report::median(&[]), 0.0);
}

#[test]
fn formats_thousands_with_commas() {
    let written = [0.4, 999.0, 1_000.0, 1_234_567.0].map(report::thousands);
    assert_eq!(written, ["0", "999", "1,000", "1,234,567"]);
}

#[test]
fn finds_a_header_in_any_case() {
    let head = "HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 12\r\nx-request-id: 1";
    assert_eq!(http::header(head, "content-length"), Some("12"));
    assert_eq!(http::header(head, "retry-after"), None);
}

#[test]
fn reads_tokens_in_either_encoding_and_counts_repeated_emails() {
    let folder = tempfile::tempdir().unwrap();
    let mut mailbox = Mailbox::new(folder.path());
    assert!(mailbox.tokens("bob@example.com").unwrap().is_empty());

    let plain = "To: bob@example.com\r\n\r\nhttp://localhost/reset?token=abc-_1\r\n";
    let quoted = "To: <bob@example.com>\r\n\r\nhttp://localhost/reset?token=3Dabc=\r\n-_2 \r\n";
    for (name, text) in [("1", plain), ("2", quoted), ("3", plain)] {
        fs::write(folder.path().join(format!("{name}.eml")), text).unwrap();
    }
    fs::write(folder.path().join(".4.tmp"), "To: half").unwrap();

    let tokens = mailbox.tokens("bob@example.com").unwrap();
    assert_eq!(tokens, ["abc-_1", "abc-_2", "abc-_1"]);
    assert_eq!(mailbox.len().unwrap(), 3);
}
