use super::{Kind, tokens};

fn words(text: &str) -> String {
    let words = tokens(text).into_iter().map(|token| match token.kind {
        Kind::Word(word) => word,
        Kind::Separator => "::".to_owned(),
        Kind::Mark(mark) => mark.to_string(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn leaves_out_comments_and_literals() {
    for (text, expected) in [
        ("use a::b; // c::d", "use a :: b ;"),
        ("a /* b /* c */ d */ e", "a e"),
        (r#"f("x::y \" z", 'c', b'"', b"q")"#, "f ( , , , )"),
        (r##"r#"a "b" c"# d r"e" f"##, "d f"),
        ("&'a str, '\\'' '\\u{1F}' 'x", "& str ,"),
        ("1_000u64 + x1", "+ x1"),
        ("r#type", "type"),
        ("a::<B>()", "a :: < B > ( )"),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn counts_lines() {
    let lines: Vec<usize> = tokens("a\n\"x\ny\"\nb").iter().map(|token| token.line).collect();
    assert_eq!(lines, [1, 4]);
}
