use loggia_kernel::AccountId;

use super::{account_id, owner};

#[test]
fn reads_the_number_of_a_link() {
    assert_eq!(owner("MQ").unwrap(), AccountId::new(1));
    assert_eq!(owner("MTIzNDU").unwrap(), AccountId::new(12345));
    assert_eq!(owner("MQ==").unwrap(), AccountId::new(1));
}

#[test]
fn refuses_what_names_no_account() {
    // Not base64, not UTF-8, not a number, a sign, white space, too large, empty.
    for uid in ["!!!", "_w", "YQ", "LTE", "IDE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk", ""] {
        assert!(owner(uid).is_err(), "{uid}");
    }
}

#[test]
fn takes_digits_only_for_a_number() {
    assert_eq!(account_id("7"), Some(AccountId::new(7)));
    for text in ["", "+7", "-7", "7.0", " 7", "٧", "99999999999999999999"] {
        assert_eq!(account_id(text), None, "{text}");
    }
}
