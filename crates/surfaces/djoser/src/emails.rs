//! The emails of this surface. Their links lead to the frontend.
//!
//! Source: djoser 2.3.5, documentation, «Settings», for the paths; Django 5.2, `PASSWORD_RESET_TIMEOUT`, for the lifetime.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_http::{
    email::{EmailTemplate, Link},
    email_texts,
};

const LIFETIME: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Email with a link to a page that sets a new password.
pub const PASSWORD_RESET: EmailTemplate = EmailTemplate {
    name: "djoser/password_reset",
    texts: email_texts!("password_reset"),
    lifetime: LIFETIME,
    path: |link| format!("/#/password/reset/confirm/{}", uid_and_token(link)),
};

/// Email with a link to a page that sets a new username.
pub const USERNAME_RESET: EmailTemplate = EmailTemplate {
    name: "djoser/username_reset",
    texts: email_texts!("username_reset"),
    lifetime: LIFETIME,
    path: |link| format!("/#/username/reset/confirm/{}", uid_and_token(link)),
};

/// Email with a link that activates the account.
pub const ACTIVATION: EmailTemplate = EmailTemplate {
    name: "djoser/activation",
    texts: email_texts!("activation"),
    lifetime: LIFETIME,
    path: |link| format!("/#/activate/{}", uid_and_token(link)),
};

/// All emails of this surface.
pub const ALL: [EmailTemplate; 3] = [PASSWORD_RESET, USERNAME_RESET, ACTIVATION];

/// Returns the account's id, encoded like Django's `urlsafe_base64_encode`, and the token, as two path segments.
fn uid_and_token(link: &Link<'_>) -> String {
    let uid = URL_SAFE_NO_PAD.encode(link.account.to_string());
    format!("{uid}/{}", link.token)
}
