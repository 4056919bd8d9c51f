//! Upload grants: the permission to upload one file, of one type, to one place, until a time. A URL carries it
//! encrypted.

use std::time::Duration;

use loggia_kernel::Timestamp;
use loggia_storage::Key;

use loggia_http::{BaseUrl, encryption::TokenCipher};

/// The first segment of upload paths.
const ROOT: &str = "uploads";

/// The context of the encryption. It is always the same, because the text itself names the file.
const CONTEXT: &str = "PUT /uploads/";

/// The permission to upload one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grant {
    /// The place of the file.
    pub(super) key: Key,
    /// The exact `Content-Type` that the upload must have.
    pub(super) content_type: String,
    /// The time from which the URL is invalid.
    pub(super) expires_at: Timestamp,
}

impl Grant {
    /// How long a URL is valid. Source: docs/contract/api.md «Uploads».
    pub(super) const TTL: Duration = Duration::from_secs(15 * 60);

    /// Returns the URL.
    pub(super) fn url(&self, cipher: &TokenCipher, public_url: &BaseUrl) -> String {
        let mut url = public_url.url().clone();
        // Pushed segment by segment, so that a file's name cannot become another part of the URL. An error would mean
        // that the base URL cannot have a path, which an HTTP URL can.
        if let Ok(mut path) = url.path_segments_mut() {
            let names = self.key.as_str().split('/');
            path.pop_if_empty().push(ROOT).extend(names);
        }
        let text = format!(
            "{}\n{}\n{}",
            self.expires_at.unix_seconds(),
            self.content_type,
            self.key.as_str()
        );
        url.set_query(Some(&format!("grant={}", cipher.encrypt(CONTEXT, &text))));
        url.into()
    }

    /// Returns the grant in an encrypted text, or `None` if this server did not issue the text.
    pub(super) fn decrypt(cipher: &TokenCipher, encrypted: &str) -> Option<Self> {
        let text = cipher.decrypt(CONTEXT, encrypted)?;
        // Neither of the first two values can contain a line break.
        let mut lines = text.splitn(3, '\n');
        let expires_at = lines.next()?.parse().ok()?;
        let content_type = lines.next()?.to_owned();
        Some(Self {
            key: Key::parse(lines.next()?).ok()?,
            content_type,
            expires_at: Timestamp::from_unix(expires_at)?,
        })
    }
}
