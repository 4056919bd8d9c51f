//! The emails of this surface. Their links lead to the frontend.

use std::time::Duration;

use loggia_http::{email::EmailTemplate, email_texts};

/// Email with a link to a page that sets a new password. Source: Django 5.2, `PASSWORD_RESET_TIMEOUT`, for the
/// lifetime.
pub(crate) const PASSWORD_RESET: EmailTemplate = EmailTemplate {
    name: "api/password_reset",
    texts: email_texts!("password_reset"),
    lifetime: Duration::from_secs(3 * 24 * 60 * 60),
    path: |link| format!("/reset-password?token={}", link.token),
};

/// All emails of this surface.
pub(crate) const ALL: [EmailTemplate; 1] = [PASSWORD_RESET];
