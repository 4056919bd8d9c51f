//! Emails that requests of a surface cause: name, texts, lifetime of the link, and the link.

use std::{fmt, time::Duration};

use loggia_identity::{EmailKind, EmailRequest};
use loggia_kernel::AccountId;

use crate::BaseUrl;

/// An email with a link that carries a one-time token.
#[derive(Clone, Copy)]
pub struct EmailTemplate {
    /// Its name, unique among all surfaces: `<surface>/<purpose>`. Stored in queued jobs.
    pub name: &'static str,
    /// Its texts: `email_texts!("<purpose>")`.
    pub texts: EmailTexts,
    /// How long the link is valid.
    pub lifetime: Duration,
    /// Returns the link's path and query, below the frontend's base URL.
    pub path: fn(&Link<'_>) -> String,
}

/// The texts of an email, in the language of minijinja.
///
/// Their values are `site`, `username`, `name` (the name in the greeting), `link`, and `hours` or `days`: how long the
/// link is valid, as an integer. An email to a new address also has `new_email`. The texts may use [`SHARED_FILES`].
#[derive(Clone, Copy)]
pub struct EmailTexts {
    /// One line.
    pub subject: &'static str,
    /// Plain text.
    pub text: &'static str,
    /// The same content as HTML.
    pub html: &'static str,
}

/// The files that the texts of all surfaces may include, by name: the layout of HTML, and the validity of a link.
pub const SHARED_FILES: [(&str, &str); 2] = [
    ("_layout.html", include_str!("../templates/_layout.html")),
    ("_valid.txt", include_str!("../templates/_valid.txt")),
];

/// Includes the texts of an email: the files `<purpose>.subject.txt`, `<purpose>.txt` and `<purpose>.html` in the folder
/// `templates` of the crate.
#[macro_export]
macro_rules! email_texts {
    ($purpose:literal) => {
        $crate::email::EmailTexts {
            subject: $crate::email_texts!($purpose, ".subject.txt"),
            text: $crate::email_texts!($purpose, ".txt"),
            html: $crate::email_texts!($purpose, ".html"),
        }
    };
    ($purpose:literal, $ending:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $purpose, $ending))
    };
}

/// The values of a link.
pub struct Link<'a> {
    /// The account whose request it is.
    pub account: AccountId,
    /// The one-time token.
    pub token: &'a str,
}

impl EmailTemplate {
    /// Returns the request to send this email.
    pub fn request(&self, kind: EmailKind) -> EmailRequest {
        EmailRequest { template: self.name, kind }
    }

    /// Returns the link for `account` with `token`.
    pub fn link(&self, frontend: &BaseUrl, account: AccountId, token: &str) -> String {
        frontend.join(&(self.path)(&Link { account, token }))
    }

    /// Returns its files: the names by which an operator replaces them, and the texts.
    pub fn files(&self) -> [(String, &'static str); 3] {
        let (name, texts) = (self.name, self.texts);
        [
            (format!("{name}.subject.txt"), texts.subject),
            (format!("{name}.txt"), texts.text),
            (format!("{name}.html"), texts.html),
        ]
    }
}

impl fmt::Debug for EmailTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
