use loggia_identity::SecretKey;

use super::Seal;

fn seal(key: u8) -> Seal {
    Seal::new(SecretKey::new([key; 32]).unwrap())
}

#[test]
fn what_is_sealed_comes_back() {
    for text in ["", "a", "0 17 tÖzgür", &"long ".repeat(100)] {
        let sealed = seal(1).close("list of a", text);
        assert_eq!(seal(1).open("list of a", &sealed).as_deref(), Some(text));
        assert!(
            sealed
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
    }
}

#[test]
fn nothing_else_does() {
    let sealed = seal(1).close("list of a", "0 17");
    assert_eq!(seal(2).open("list of a", &sealed), None);
    assert_eq!(seal(1).open("list of b", &sealed), None);
    assert_eq!(
        seal(1).open("list of ", &seal(1).close("list of", " x")),
        None
    );
    for bad in [
        "",
        "x",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ä",
        "a b",
        &sealed[1..],
    ] {
        assert_eq!(seal(1).open("list of a", bad), None, "{bad}");
    }
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(seal(1).open("list of a", &changed), None, "{at}");
    }
}
