use super::{base, is_derived_from};

#[test]
fn a_slug_belongs_to_its_name_with_any_number() {
    let jane = base("Jane Doe");
    assert_eq!(jane.as_str(), "jane-doe");
    assert!(is_derived_from(&jane, &jane));
    assert!(is_derived_from(&jane.with_suffix(12), &jane));
    assert!(!is_derived_from(&base("Jane Doe 0"), &jane));
    assert!(!is_derived_from(&base("Jane Doer"), &jane));
    assert!(!is_derived_from(&base("Jane"), &jane));
    let long = base(&"x".repeat(80));
    assert!(is_derived_from(&long.with_suffix(1_234), &long));
    assert_eq!(base("日本").as_str(), "contact");
}
