//! Tests of passwords: formats and bounds, the policy, the pool.

mod formats;
mod policy;
mod pool;

use super::Password;

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

#[test]
fn a_password_is_bounded_and_never_printed() {
    let longest = "x".repeat(Password::MAX_BYTES);
    assert_eq!(password(&longest).expose(), longest);
    assert!(Password::new(format!("{longest}x")).is_err());
    assert!(Password::new("é".repeat(2049)).is_err());
    assert_eq!(format!("{:?}", password("hunter2")), "Password(..)");
}
