//! Malformed and unusual forms.

/// A name for the snapshot, the `Content-Type` and the bytes.
pub(super) type Form = (&'static str, &'static str, Vec<u8>);

pub(super) fn all() -> Vec<Form> {
    let mut forms = urlencoded();
    forms.extend(multipart());
    forms
}

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=cut";

fn urlencoded() -> Vec<Form> {
    vec![
        ("nothing", URLENCODED, Vec::new()),
        ("NUL", URLENCODED, b"email=%00&username=a%00&password=%00&refresh=%00&token=%00".to_vec()),
        ("no UTF-8", URLENCODED, b"email=%ff%fe&username=%c0%80&refresh=%ff&token=%ff".to_vec()),
        ("raw bytes", URLENCODED, b"\xff\0\xfe=\xff".to_vec()),
        ("half an escape", URLENCODED, b"email=%&username=%4&password=%zz".to_vec()),
        ("repeated", URLENCODED, b"email=a&email=b&username=a&username=b&email=".to_vec()),
        ("signs alone", URLENCODED, b"&&==&=&;".to_vec()),
        ("many", URLENCODED, "a=1&".repeat(15_000).into_bytes()),
    ]
}

fn part(head: &str, body: &str) -> Vec<u8> {
    format!("--cut\r\n{head}\r\n\r\n{body}\r\n--cut--\r\n").into_bytes()
}

fn named(name: &str) -> Vec<u8> {
    part(&format!("Content-Disposition: form-data; name=\"{name}\""), "x")
}

fn multipart() -> Vec<Form> {
    vec![
        ("no boundary", "multipart/form-data", named("email")),
        ("empty boundary", "multipart/form-data; boundary=", named("email")),
        ("another boundary", "multipart/form-data; boundary=other", named("email")),
        (
            "long boundary",
            "multipart/form-data; boundary=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            Vec::new(),
        ),
        ("nothing in parts", MULTIPART, Vec::new()),
        ("no part", MULTIPART, b"--cut--\r\n".to_vec()),
        (
            "cut off",
            MULTIPART,
            b"--cut\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na".to_vec(),
        ),
        ("no name", MULTIPART, part("Content-Disposition: form-data", "x")),
        ("no head", MULTIPART, part("", "x")),
        ("empty name", MULTIPART, named("")),
        (
            "no UTF-8 in a part",
            MULTIPART,
            b"--cut\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n\xff\r\n--cut--\r\n"
                .to_vec(),
        ),
        (
            "NUL in a part",
            MULTIPART,
            part("Content-Disposition: form-data; name=\"username\"", "a\0b"),
        ),
        (
            "a file",
            MULTIPART,
            part("Content-Disposition: form-data; name=\"email\"; filename=\"../a\r\nb\"", "x"),
        ),
        (
            "parts in parts",
            MULTIPART,
            part(
                "Content-Disposition: form-data; name=\"email\"\r\nContent-Type: multipart/mixed; boundary=x",
                "--x--",
            ),
        ),
        (
            "an encoded part",
            MULTIPART,
            part(
                "Content-Disposition: form-data; name=\"email\"\r\nContent-Transfer-Encoding: base64",
                "!",
            ),
        ),
    ]
}
