use loggia_kernel::OrgId;

use super::{Search, TooManyTerms, fold, folded};
use crate::Details;

fn details() -> Details {
    Details {
        last_name: Some("DOE".to_owned()),
        email: Some("Jane@Ex.com".to_owned()),
        location: Some("Lisbon".to_owned()),
        notes: Some("Ärztin".to_owned()),
        ..Details::named(OrgId::new(1), "Jane \u{3}DOE")
    }
}

#[test]
fn the_fields_stand_in_order_between_bounds_of_their_own() {
    assert_eq!(folded(&details()), "jane doe\u{2}\u{3}doe\u{4}jane@ex.com\u{5}ärztin");
}

#[test]
fn terms_are_words_and_the_whole_is_kept() {
    let search = Search::parse("  Jane  DOE ").unwrap().unwrap();
    assert_eq!(search.terms, ["jane", "doe"]);
    assert_eq!(search.phrase, "jane  doe");
}

#[test]
fn white_space_is_no_search() {
    assert_eq!(Search::parse(" \t\u{a0}"), Ok(None));
    assert_eq!(Search::parse("\u{2}"), Ok(None));
}

#[test]
fn ten_terms_are_enough() {
    let ten = ["a"; 10].join(" ");
    assert_eq!(Search::parse(&ten).unwrap().unwrap().terms.len(), 10);
    assert_eq!(Search::parse(&format!("{ten} a")), Err(TooManyTerms));
}

#[test]
fn case_does_not_count_beyond_ascii() {
    assert_eq!(fold("ÖZGÜR ΟΔΟΣ"), fold("özgür οδος"));
    assert!(fold("ΟΔΟΣΗ").contains(&fold("ΟΔΟΣ")));
}
