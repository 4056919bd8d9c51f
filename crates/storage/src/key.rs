//! Keys: what files are called.

use object_store::path::Path;

use crate::{Error, Result};

/// What a file is called: names with `/` between them.
///
/// Shape: at most [`Key::MAX_BYTES`] bytes; no name is empty, `.` or `..`, longer than [`Key::MAX_NAME_BYTES`] bytes as it
/// stands on disk, or has a control character or a backslash in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The longest key. Source: S3 and Google Cloud Storage, object names.
    pub const MAX_BYTES: usize = 1024;

    /// The longest name in it: what file systems take, less what is put behind a name while its file is written.
    pub const MAX_NAME_BYTES: usize = 240;

    /// Checks a key.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self> {
        let is_sound = text.len() <= Self::MAX_BYTES && text.split('/').all(is_name);
        if is_sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Key)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the store wants it: what it cannot have in a name is escaped.
    pub(crate) fn path(&self) -> Path {
        Path::from_iter(self.0.split('/'))
    }
}

fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && !name.contains(|c: char| c.is_control() || c == '\\')
        && Path::from_iter([name]).as_ref().len() <= Key::MAX_NAME_BYTES
}

#[cfg(test)]
mod tests;
