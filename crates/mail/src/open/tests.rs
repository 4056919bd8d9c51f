use rstest::rstest;

use super::*;

const FROM: &str = "Loggia <noreply@localhost>";

#[rstest]
#[case("file://./data/mail")]
#[case("file:///var/lib/loggia/mail")]
#[case("smtp://localhost")]
#[case("smtp://user:p%40ss@mail.example.com:587")]
#[case("smtps://user:pw@mail.example.com")]
#[case("smtp+insecure://127.0.0.1:2525/")]
#[case("smtp+insecure://[::1]:2525")]
fn takes_every_kind_of_url(#[case] url: &str) {
    assert!(open(url, FROM).is_ok());
}

#[rstest]
#[case("")]
#[case("file://")]
#[case("localhost:25")]
#[case("http://localhost")]
#[case("smtp://")]
#[case("smtp://user@host")]
#[case("smtp://:pw@host")]
#[case("smtp://user:%ff@host")]
#[case("smtp://host/path")]
#[case("smtp://host?tls=none")]
fn refuses_what_it_does_not_understand(#[case] url: &str) {
    assert!(matches!(open(url, FROM).err(), Some(Error::Invalid { what: "mail URL" })));
}

#[rstest]
#[case("")]
#[case("nowhere")]
#[case("a@example.com, b@example.com")]
#[case("Loggia\r\nBcc: eve@example.com <a@example.com>")]
fn refuses_a_sender_that_is_not_one(#[case] from: &str) {
    assert!(matches!(
        open("smtp://localhost", from).err(),
        Some(Error::Invalid { what: "mail sender" })
    ));
}
