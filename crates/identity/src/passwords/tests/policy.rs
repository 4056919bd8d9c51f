//! Tests of the four validators: each alone, together, and at their limits.

use super::super::{Attribute, Policy, UserAttributes, Weakness};
use super::super::{digits, wordlist};

const ALICE: UserAttributes<'static> = UserAttributes {
    username: "wonderalice",
    first_name: "Alice-Maria",
    last_name: "O'Featherstone",
    email: "white.rabbit@looking-glass.example",
};

fn named(username: &str) -> UserAttributes<'_> {
    UserAttributes { username, ..UserAttributes::default() }
}

fn check(password: &str, expected: &[Weakness]) {
    assert_eq!(Policy::Django.check(password, &ALICE), expected, "{password:?}");
}

fn similar(password: &str, attributes: &UserAttributes<'_>) -> Option<Weakness> {
    let found = Policy::Django.check(password, attributes);
    found.into_iter().find(|weakness| matches!(weakness, Weakness::TooSimilar(_)))
}

#[test]
fn strong_passwords_pass_all_rules() {
    let about = UserAttributes {
        username: "example_user",
        email: "user@example.com",
        ..UserAttributes::default()
    };
    for password in ["example_password", "securepassword123", "SecurePass123!", "new_password"] {
        assert_eq!(Policy::Django.check(password, &about), [], "{password}");
    }
}

#[test]
fn every_violated_rule_is_reported_in_order() {
    let short = Weakness::TooShort { min: 8 };
    check("vlqzrnty", &[]);
    check("vlqzrnt", &[short]);
    check("password1", &[Weakness::TooCommon]);
    check("  PassWord1\u{1F}", &[Weakness::TooCommon]);
    check("83019274655", &[Weakness::EntirelyNumeric]);
    check("123456", &[short, Weakness::TooCommon, Weakness::EntirelyNumeric]);
    check("", &[short]);
    let about = UserAttributes { last_name: "123456", ..ALICE };
    assert_eq!(
        Policy::Django.check("123456", &about),
        [
            Weakness::TooSimilar(Attribute::LastName),
            short,
            Weakness::TooCommon,
            Weakness::EntirelyNumeric
        ]
    );
}

#[test]
fn similarity_compares_values_and_their_parts_and_stops_at_the_first_match() {
    let too_similar = |attribute| Some(Weakness::TooSimilar(attribute));
    assert_eq!(similar("wonderalice", &ALICE), too_similar(Attribute::Username));
    assert_eq!(similar("EcilaRednow", &ALICE), too_similar(Attribute::Username));
    assert_eq!(similar("MARIA", &ALICE), too_similar(Attribute::FirstName));
    assert_eq!(similar("featherstone1", &ALICE), too_similar(Attribute::LastName));
    assert_eq!(similar("rabbit99", &ALICE), too_similar(Attribute::Email));
    assert_eq!(similar("looking", &ALICE), too_similar(Attribute::Email));
    assert_eq!(
        similar("white.rabbit@looking-glass.example", &ALICE),
        too_similar(Attribute::Email)
    );
    let same = UserAttributes { username: "gryphon1", email: "gryphon1@x.example", ..ALICE };
    assert_eq!(similar("gryphon1", &same), too_similar(Attribute::Username));
    assert_eq!(similar("mock turtle soup", &ALICE), None);
    assert_eq!(similar("anything", &UserAttributes::default()), None);
}

/// The scores are Python's, by `difflib.SequenceMatcher.quick_ratio`.
#[test]
fn a_similarity_at_the_limit_is_rejected() {
    let refused = Some(Weakness::TooSimilar(Attribute::Username));
    // Three shared characters of four and four: 0.75. Then 0.727 and 0.8.
    assert_eq!(similar("abcd", &named("abce")), refused);
    assert_eq!(similar("abcde", &named("abcdxy")), None);
    assert_eq!(similar("abcde", &named("abcdx")), refused);
    // A short part of a long password is skipped without comparing.
    assert_eq!(similar(&"a".repeat(40), &named("aaaa")), None);
}

#[test]
fn parts_are_split_as_by_pythons_word_characters() {
    let refused = Some(Weakness::TooSimilar(Attribute::Username));
    // A combining mark and an enclosed letter separate; an underscore and a Roman numeral do not.
    for separator in ["\u{0301}", "\u{24D0}", "-", " ", "\u{00A0}"] {
        let username = format!("zqx{separator}gryphon{separator}lmnopqrstuv");
        assert_eq!(similar("gryphon", &named(&username)), refused, "{separator:?}");
    }
    for joiner in ["_", "\u{2167}", "ß"] {
        let username = format!("zqx{joiner}gryphon{joiner}lmnopqrstuv");
        assert_eq!(similar("gryphon", &named(&username)), None, "{joiner:?}");
    }
}

#[test]
fn length_counts_characters_and_not_bytes() {
    check("äöüßéèê", &[Weakness::TooShort { min: 8 }]);
    check("äöüßéèêç", &[]);
    check("🦀🐙🦑🐚🦐🦞🐠🐡", &[]);
}

#[test]
fn digits_of_any_script_are_digits_and_other_numbers_are_not() {
    check("٨٣٠١٩٢٧٤", &[Weakness::EntirelyNumeric]);
    check("²³¹⁰⁴⁵⁶⁷", &[Weakness::EntirelyNumeric]);
    check("8301927½", &[]);
    check("8301927Ⅷ", &[]);
    check("8301927 ", &[]);
    for c in ['0', '9', '\u{1FBF9}', '⓪'] {
        assert!(digits::is_digit(c), "{c:?}");
    }
    for c in ['/', ':', '\0', '\u{10FFFF}', '百'] {
        assert!(!digits::is_digit(c), "{c:?}");
    }
}

#[test]
fn the_word_list_unpacks_and_contains_common_passwords() {
    for password in ["123456", "qwerty", "letmein", "PASSWORD"] {
        assert!(wordlist::contains(password), "{password}");
    }
    for password in ["", "\n", "correct horse battery staple"] {
        assert!(!wordlist::contains(password), "{password:?}");
    }
}

#[test]
fn without_a_policy_every_password_is_accepted() {
    assert_eq!(Policy::None.check("", &ALICE), []);
    assert_eq!(Policy::None.check("123456", &ALICE), []);
}
