//! The keys of files.

use object_store::path::Path;

use crate::{Error, Result};

/// The key of a file: names separated by `/`.
///
/// Shape: at most [`Key::MAX_BYTES`] bytes; no name is empty, `.` or `..`, longer than [`Key::MAX_NAME_BYTES`] bytes as
/// stored on disk, or contains a control character or a backslash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The maximum length of a key. Source: S3 and Google Cloud Storage, object names.
    pub const MAX_BYTES: usize = 1024;

    /// The maximum length of a name: the file system limit less the suffix of a file that is being written.
    pub const MAX_NAME_BYTES: usize = 240;

    /// Parses a key.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self> {
        let is_sound = text.len() <= Self::MAX_BYTES && text.split('/').all(is_name);
        if is_sound { Ok(Self(text.to_owned())) } else { Err(Error::Key) }
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path in the store, with unsupported characters escaped.
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
