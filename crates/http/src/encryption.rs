//! Texts that go out to come back unread and unchanged: cursors, and what an upload's link permits.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_identity::SecretKey;

/// How much of the authentication code goes along: 128 bits, more than anybody can try.
const TAG_BYTES: usize = 16;

/// Seals texts with the server's key. What is sealed can be neither read nor changed nor used elsewhere.
#[derive(Clone)]
pub struct Seal(SecretKey);

impl Seal {
    /// With this key.
    pub fn new(key: SecretKey) -> Self {
        Self(key)
    }

    /// Seals a text for one use, which `scope` names.
    ///
    /// Shape: letters, digits, `-` and `_`; the same for the same text and scope.
    pub fn close(&self, scope: &str, text: &str) -> String {
        let tag = self.tag(scope, text);
        let mut sealed = tag.to_vec();
        sealed.extend(self.masked(&tag, text.as_bytes()));
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The text that was sealed for this very use; `None` for anything else.
    pub fn open(&self, scope: &str, sealed: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (tag, masked) = sealed.split_first_chunk::<TAG_BYTES>()?;
        let text = String::from_utf8(self.masked(tag, masked)).ok()?;
        let expected = self.tag(scope, &text);
        // Every byte is compared, so that the time it takes says nothing of how many are right.
        let differing = tag
            .iter()
            .zip(expected)
            .fold(0, |bits, (given, expected)| bits | (given ^ expected));
        (differing == 0).then_some(text)
    }

    fn tag(&self, scope: &str, text: &str) -> [u8; TAG_BYTES] {
        // With its length in front no scope runs into the text.
        let message = format!("{}:{scope}{text}", scope.len());
        let code = self.0.derive("seal", &message);
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&code[..TAG_BYTES]);
        tag
    }

    /// Masks bytes, or takes the mask off. The tag, which differs from text to text, makes every mask another one.
    fn masked(&self, tag: &[u8; TAG_BYTES], bytes: &[u8]) -> Vec<u8> {
        let tag = URL_SAFE_NO_PAD.encode(tag);
        bytes
            .chunks(32)
            .enumerate()
            .flat_map(|(block, bytes)| {
                let mask = self.0.derive("seal mask", &format!("{block}:{tag}"));
                let masked: Vec<u8> = bytes.iter().zip(mask).map(|(b, m)| b ^ m).collect();
                masked
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
