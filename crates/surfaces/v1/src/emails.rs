//! The emails of this surface. Their links lead to the frontend.
//!
//! Source: docs/contract/README.md «Emails».

use std::time::Duration;

use loggia_http::{email::EmailTemplate, email_texts};

/// Email with a link to a page that sets a new password.
pub(crate) const PASSWORD_RESET: EmailTemplate = EmailTemplate {
    name: "v1/password_reset",
    texts: email_texts!("password_reset"),
    lifetime: Duration::from_secs(2 * 60 * 60),
    path: |link| format!("/reset-password?token={}", link.token),
};

/// Email with a link that confirms a new address.
pub(crate) const EMAIL_CHANGE: EmailTemplate = EmailTemplate {
    name: "v1/email_change",
    texts: email_texts!("email_change"),
    lifetime: Duration::from_secs(24 * 60 * 60),
    path: |link| format!("/verify-email-change?token={}", link.token),
};

/// All emails of this surface.
pub(crate) const ALL: [EmailTemplate; 2] = [PASSWORD_RESET, EMAIL_CHANGE];
