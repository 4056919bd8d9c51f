//! The rules for passwords, worded for the operator.

use loggia_identity::passwords::{Password, TooLong, Weakness};

/// Parses a password. It is trimmed, as on Django REST framework surfaces, so that a space or line break around it does
/// not prevent a login.
///
/// # Errors
/// A message if it is blank or too long.
pub(super) fn parse(text: &str) -> Result<Password, String> {
    match text.trim() {
        "" => Err("is blank".to_owned()),
        text => Password::new(text)
            .map_err(|TooLong| format!("is longer than {} bytes", Password::MAX_BYTES)),
    }
}

/// Formats every rule that a password violates, in one sentence.
pub(super) fn weak(weaknesses: &[Weakness]) -> String {
    let rules: Vec<String> = weaknesses
        .iter()
        .map(|weakness| match weakness {
            Weakness::TooSimilar(_) => "resembles the username, name or address".to_owned(),
            Weakness::TooShort { min } => format!("has fewer than {min} characters"),
            Weakness::TooCommon => "is on the list of common passwords".to_owned(),
            Weakness::EntirelyNumeric => "has only digits".to_owned(),
        })
        .collect();
    format!("the password {} (LOGGIA_PASSWORD_POLICY)", rules.join(", and "))
}
