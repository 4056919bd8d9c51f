use rstest::rstest;

use super::*;

#[rstest]
#[case("bob@example.com")]
#[case("bob@localhost")]
#[case("o'brien+tag@mail.example.co.uk")]
fn takes_an_address(#[case] to: &str) {
    assert_eq!(Message::new(to, "Hello", "text", None).unwrap().to(), to);
}

#[rstest]
#[case("")]
#[case("bob")]
#[case("bob@")]
#[case("@example.com")]
#[case("Bob <bob@example.com>")]
#[case("bob@example.com, eve@example.com")]
#[case("bob@example.com\r\nBcc: eve@example.com")]
#[case("bob\r\nRCPT TO:<eve@example.com>@example.com")]
#[case("\"bob\n\"@example.com")]
fn refuses_what_is_not_one_address(#[case] to: &str) {
    let refused = Message::new(to, "Hello", "text", None).unwrap_err();

    assert!(matches!(refused, Error::Invalid { what: "recipient" }));
}

#[rstest]
#[case("")]
#[case("  ")]
#[case("Hello\r\nBcc: eve@example.com")]
#[case("Hello\nthere")]
#[case("Hello\0")]
fn refuses_a_subject_that_is_not_one_line(#[case] subject: &str) {
    let refused = Message::new("bob@example.com", subject, "text", None).unwrap_err();

    assert!(matches!(refused, Error::Invalid { what: "subject" }));
}

#[test]
fn writes_a_domain_of_another_script_in_ascii() {
    let message = Message::new("jörg@bücher.example", "Hello", "text", None);
    assert!(message.is_ok());

    let message = Message::new("bob@bücher.example", "Hello", "text", None).unwrap();

    assert_eq!(message.address().to_string(), "bob@xn--bcher-kva.example");
    assert_eq!(message.to(), "bob@bücher.example");
}

#[test]
fn shows_neither_the_address_nor_the_body() {
    let message = Message::new("bob@example.com", "Hello", "http://secret", None).unwrap();

    assert_eq!(format!("{message:?}"), r#"Message { to: …@example.com, subject: "Hello", .. }"#);
}
