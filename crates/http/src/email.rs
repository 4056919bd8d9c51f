//! Emails that requests of a surface cause: name, lifetime of the link, and the link.

use std::{fmt, time::Duration};

use loggia_kernel::AccountId;

use crate::BaseUrl;

/// An email with a link that carries a one-time token. Its texts are in `loggia-mail`, under its name.
#[derive(Clone, Copy)]
pub struct EmailTemplate {
    /// Its name, unique among all surfaces: `<surface>/<purpose>`. Stored in queued jobs.
    pub name: &'static str,
    /// How long the link is valid.
    pub lifetime: Duration,
    /// Returns the link's path and query, below the frontend's base URL.
    pub path: fn(&Link<'_>) -> String,
}

/// The values of a link.
pub struct Link<'a> {
    /// The account whose request it is.
    pub account: AccountId,
    /// The one-time token.
    pub token: &'a str,
}

impl EmailTemplate {
    /// Returns the link for `account` with `token`.
    pub fn link(&self, frontend: &BaseUrl, account: AccountId, token: &str) -> String {
        frontend.join(&(self.path)(&Link { account, token }))
    }
}

impl fmt::Debug for EmailTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
