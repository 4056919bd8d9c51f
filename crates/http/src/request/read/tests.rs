use loggia_kernel::{Change, Email};

use super::{Input, Read};
use crate::error::{Code, FieldErrors};

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

#[test]
fn tells_an_absent_address_from_an_empty_one() {
    let mut faults = FieldErrors::default();
    let rule = Read::OPTIONAL_OR_BLANK;
    assert_eq!(
        rule.email(&mut faults, "email", &Input::Absent),
        Change::Keep
    );
    assert_eq!(rule.email(&mut faults, "email", &text("")), Change::Clear);
    assert_eq!(
        rule.email(&mut faults, "email", &text("a@B.org")),
        Change::Set(Email::parse("a@b.org").unwrap())
    );
    assert!(faults.is_empty());
    assert_eq!(
        Read::REQUIRED.text(&mut faults, "name", &Input::Absent),
        None
    );
    assert_eq!(
        faults.iter().collect::<Vec<_>>(),
        [("name", &[Code::Required][..])]
    );
}
