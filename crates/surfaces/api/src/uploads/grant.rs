//! What a link permits: to put one file, of one type, in one place, for a while.

use std::time::Duration;

use loggia_kernel::Timestamp;
use loggia_storage::Key;

use loggia_http::{BaseUrl, encryption::Seal};

/// The first segment of paths to which files are put.
const ROOT: &str = "uploads";

/// What sealed texts are for. They are good for nothing else.
const SCOPE: &str = "PUT /uploads/";

/// To put one file in its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grant {
    /// What the file will be called.
    pub(super) key: Key,
    /// What it is, letter for letter as the client said.
    pub(super) content_type: String,
    /// From when on the link is dead.
    pub(super) expires_at: Timestamp,
}

impl Grant {
    /// How long a link is good. Source: docs/contract/api.md «Uploads».
    pub(super) const TTL: Duration = Duration::from_secs(15 * 60);

    /// The link.
    pub(super) fn url(&self, seal: &Seal, public_url: &BaseUrl) -> String {
        let mut url = public_url.url().clone();
        // Segment by segment, so that nothing in a file's name can be taken for another part of the link. An error would
        // mean that the address cannot have a path; ours is one of HTTP.
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
        url.set_query(Some(&format!("grant={}", seal.close(SCOPE, &text))));
        url.into()
    }

    /// What a link permits; `None` if it is not one of ours.
    pub(super) fn opened(seal: &Seal, sealed: &str) -> Option<Self> {
        let text = seal.open(SCOPE, sealed)?;
        // Neither of the first two can hold a line's end.
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
