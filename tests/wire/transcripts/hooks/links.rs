//! The links in emails.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loggia_kernel::AccountId;
use regex::Regex;

/// The parameters of a link.
#[derive(Debug)]
pub(crate) struct Link {
    /// Present only where the surface's links name the account.
    pub(crate) uid: Option<String>,
    pub(crate) token: String,
}

/// The positions of uid and token in a link; the first match counts.
static FORMS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"/(?:confirm|activate)/(?P<uid>[\w=-]+)/(?P<token>[\w.~-]+)",
        r"[?&]uid=(?P<uid>[\w=-]+)&token=(?P<token>[\w.~-]+)",
        r"[?&]token=(?P<token>[\w.~-]+)",
        r"(?m)/confirm/(?P<token>[\w.~-]+)/?$",
    ]
    .map(|form| Regex::new(form).expect("a fixed pattern"))
});

impl Link {
    /// Finds a link in the text of an email.
    ///
    /// # Errors
    /// A sentence, if `text` contains no link.
    pub(crate) fn in_text(text: &str) -> Result<Self, String> {
        let found = FORMS
            .iter()
            .find_map(|form| form.captures(text))
            .ok_or_else(|| format!("no link in {text:?}"))?;
        Ok(Self {
            uid: found.name("uid").map(|uid| uid.as_str().to_owned()),
            token: found["token"].to_owned(),
        })
    }
}

/// Returns the account's uid in djoser's links. Source: `django.utils.http.urlsafe_base64_encode` of the number.
pub(crate) fn uid_of(account: AccountId) -> String {
    URL_SAFE_NO_PAD.encode(account.to_string())
}
