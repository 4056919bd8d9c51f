//! The emails of this surface. Their links lead to the frontend.
//!
//! Source: djoser 2.3.5, documentation, «Settings», for the paths; Django 5.2, `PASSWORD_RESET_TIMEOUT`, for the lifetime.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_http::email::{EmailTemplate, Link};

const LIFETIME: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Choose a new password.
pub const PASSWORD_RESET: EmailTemplate = EmailTemplate {
    name: "djoser/password_reset",
    lifetime: LIFETIME,
    path: |link| format!("/#/password/reset/confirm/{}", uid_and_token(link)),
};

/// Choose a new username.
pub const USERNAME_RESET: EmailTemplate = EmailTemplate {
    name: "djoser/username_reset",
    lifetime: LIFETIME,
    path: |link| format!("/#/username/reset/confirm/{}", uid_and_token(link)),
};

/// Activate the account.
pub const ACTIVATION: EmailTemplate = EmailTemplate {
    name: "djoser/activation",
    lifetime: LIFETIME,
    path: |link| format!("/#/activate/{}", uid_and_token(link)),
};

/// All of them.
pub const ALL: [EmailTemplate; 3] = [PASSWORD_RESET, USERNAME_RESET, ACTIVATION];

/// The account's number as Django's `urlsafe_base64_encode` writes it, and the token.
fn uid_and_token(link: &Link<'_>) -> String {
    let uid = URL_SAFE_NO_PAD.encode(link.account.to_string());
    format!("{uid}/{}", link.token)
}
