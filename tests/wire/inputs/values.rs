//! The input values. JSON is kept as text, because a lone surrogate or a number out of range has no Rust value.

/// A name for the snapshot and the JSON text.
pub(super) type Case = (&'static str, String);

fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns values to send instead of a text.
pub(super) fn values() -> Vec<Case> {
    let raw = |text: &str| text.to_owned();
    vec![
        ("null", raw("null")),
        ("blank", text("")),
        ("spaces", text(" \t ")),
        ("NUL", raw(r#""a\u0000b@example.com""#)),
        ("only NUL", raw(r#""\u0000""#)),
        ("high surrogate", raw(r#""a\ud800b""#)),
        ("low surrogate", raw(r#""\udc00""#)),
        ("surrogates the wrong way round", raw(r#""\udc00\ud800""#)),
        ("right-to-left override", text("\u{202e}gro.elpmaxe@ecila")),
        ("zero width", text("a\u{200b}\u{feff}b")),
        ("combining marks", text(&format!("e{}", "\u{301}".repeat(300)))),
        ("compatibility forms", text("\u{ff41}\u{fb01}\u{2460}")),
        ("four bytes", text("\u{1f600}\u{10ffff}")),
        ("no characters", text("\u{fffe}\u{ffff}")),
        ("control characters", text("a\u{1}\u{7f}\u{85}b")),
        ("line breaks", text("Ann\r\nBcc: eve@example.com\r\n\r\nx")),
        ("an address with line breaks", text("ann@example.com\r\nBcc:eve@example.com")),
        ("an address of two", text("ann@example.com,eve@example.com")),
        ("a quoted address", text("\"ann eve\"@example.com")),
        ("SQL", text("' OR 1=1; DROP TABLE accounts; --")),
        ("patterns", text("%_\\*?[a-z]{0}${x}{{x}}<script>")),
        ("a path", text("../../etc/passwd%00")),
        ("long", text(&"x".repeat(60_000))),
        ("long address", text(&format!("{}@example.com", "x".repeat(60_000)))),
        ("long of four bytes", text(&"\u{1f600}".repeat(15_000))),
        ("many dots", text(&"a.".repeat(30_000))),
        ("0", raw("0")),
        ("-0.0", raw("-0.0")),
        ("1e999", raw("1e999")),
        ("1e-999", raw("1e-999")),
        ("twenty nines", raw("99999999999999999999")),
        ("five hundred nines", "9".repeat(500)),
        ("true", raw("true")),
        ("false", raw("false")),
        ("list", raw("[]")),
        ("list of text", raw(r#"["x"]"#)),
        ("object", raw(r#"{"$ne": ""}"#)),
        ("deep list", format!("{}{}", "[".repeat(30_000), "]".repeat(30_000))),
        ("deep object", format!("{}1{}", r#"{"":"#.repeat(10_000), "}".repeat(10_000))),
        ("unknown escape", raw(r#""\x41""#)),
        ("half an escape", raw(r#""\u00""#)),
        ("line break in a text", raw("\"a\nb\"")),
        ("no number", raw("NaN")),
        ("01", raw("01")),
    ]
}

/// Returns bodies that are invalid as a whole, as bytes because some are not UTF-8.
pub(super) fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let keys: Vec<String> = (0..4_000).map(|n| format!("\"k{n}\": 1")).collect();
    vec![
        ("empty", Vec::new()),
        ("empty object", b"{}".to_vec()),
        ("space", b" \n ".to_vec()),
        ("list", b"[]".to_vec()),
        ("list of objects", b"[{}, {}]".to_vec()),
        ("null", b"null".to_vec()),
        ("text", b"\"x\"".to_vec()),
        ("half a surrogate pair", br#""\ud800""#.to_vec()),
        ("number", b"1".to_vec()),
        ("1e999", b"1e999".to_vec()),
        ("true", b"true".to_vec()),
        ("cut off", b"{\"email\": \"a".to_vec()),
        ("comma", b"{\"a\": 1,}".to_vec()),
        ("more behind", b"{} {}".to_vec()),
        ("NaN", b"{\"a\": NaN}".to_vec()),
        ("single quotes", b"{'a': 1}".to_vec()),
        ("NUL", b"\0".to_vec()),
        ("NUL behind", b"{}\0".to_vec()),
        ("no UTF-8", b"{\"a\": \"\xff\xfe\"}".to_vec()),
        ("overlong UTF-8", b"{\"a\": \"\xc0\x80\"}".to_vec()),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec()),
        ("byte order mark", b"\xef\xbb\xbf{}".to_vec()),
        ("many keys", format!("{{{}}}", keys.join(",")).into_bytes()),
        ("keys that are not texts", b"{1: 1}".to_vec()),
        ("empty key", b"{\"\": 1}".to_vec()),
        ("key with NUL", br#"{"a\u0000": 1}"#.to_vec()),
        ("key with half a surrogate pair", br#"{"\ud800": 1}"#.to_vec()),
        ("key with a slash", br#"{"body/data/email": 1, "query/x": 2}"#.to_vec()),
        ("deep and open", "[".repeat(60_000).into_bytes()),
        ("deep objects and open", "{\"a\":".repeat(10_000).into_bytes()),
        ("deep and too large", "[".repeat(100_000).into_bytes()),
        (
            "deep, closed and too large",
            format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(),
        ),
        ("compressed", b"\x1f\x8b\x08\0\0\0\0\0\0\0".to_vec()),
    ]
}

/// Returns percent-encoded values for a path or a query.
pub(super) fn pieces() -> Vec<(&'static str, String)> {
    let raw = |text: &str| text.to_owned();
    vec![
        ("0", raw("0")),
        ("negative", raw("-1")),
        ("plus", raw("+1")),
        ("leading zero", raw("01")),
        ("fraction", raw("1.0")),
        ("exponent", raw("1e0")),
        ("hexadecimal", raw("0x1")),
        ("above i64", raw("9223372036854775808")),
        ("twenty nines", raw("99999999999999999999")),
        ("arabic digit", raw("%D9%A1")),
        ("fullwidth digit", raw("%EF%BC%91")),
        ("space in front", raw("%201")),
        ("line break behind", raw("1%0A")),
        ("NUL", raw("%00")),
        ("NUL behind", raw("1%00")),
        ("no UTF-8", raw("%ff")),
        ("overlong UTF-8", raw("%c0%80")),
        ("half a surrogate pair", raw("%ed%a0%80")),
        ("four bytes", raw("%F0%9F%98%80")),
        ("right-to-left override", raw("%E2%80%AE1")),
        ("combining mark", raw("e%CC%81")),
        ("encoded slash", raw("1%2f")),
        ("encoded backslash", raw("1%5c")),
        ("encoded dots", raw("%2e%2e")),
        ("encoded dots and slash", raw("%2e%2e%2f1")),
        ("encoded twice", raw("%2531")),
        ("half an escape", raw("%")),
        ("no escape", raw("%zz")),
        ("SQL", raw("1'%20OR%201=1--")),
        ("CRLF", raw("1%0d%0aSet-Cookie:%20a=b")),
        ("semicolon", raw("1;a=b")),
        ("star", raw("*")),
        ("long", "1".repeat(8_000)),
        ("long of four bytes", "%F0%9F%98%80".repeat(700)),
        ("UUID", raw("0198c7a8-0000-7000-8000-000000000000")),
    ]
}
