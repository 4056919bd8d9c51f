//! The server's mail directory, read as by its recipients.

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

/// All emails written to a directory, by recipient.
pub(crate) struct Mailbox {
    folder: PathBuf,
    known: BTreeSet<PathBuf>,
    tokens: HashMap<String, Vec<String>>,
}

impl Mailbox {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), known: BTreeSet::new(), tokens: HashMap::new() }
    }

    /// Returns the tokens of all emails to `email`, oldest first: one per email, so a repeated email is visible.
    ///
    /// # Errors
    /// If the directory or an email in it cannot be read. A missing directory counts as empty.
    pub(crate) fn tokens(&mut self, email: &str) -> io::Result<&[String]> {
        self.refresh()?;
        Ok(self.tokens.get(email).map_or(&[], Vec::as_slice))
    }

    /// Returns the number of emails.
    pub(crate) fn len(&mut self) -> io::Result<usize> {
        self.refresh()?;
        Ok(self.known.len())
    }

    fn refresh(&mut self) -> io::Result<()> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut new = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "eml") && !self.known.contains(&path) {
                new.push(path);
            }
        }
        // Names begin with the time.
        new.sort();
        for path in new {
            let text = fs::read_to_string(&path)?;
            if let (Some(to), Some(token)) = (recipient(&text), token(&text)) {
                self.tokens.entry(to).or_default().push(token);
            }
            self.known.insert(path);
        }
        Ok(())
    }
}

fn recipient(message: &str) -> Option<String> {
    let value = message.lines().find_map(|line| line.strip_prefix("To:"))?;
    Some(value.trim().trim_matches(['<', '>']).to_owned())
}

/// Returns the text after the first `token=`. Quoted-printable breaks long lines and writes `=` as `=3D`.
fn token(message: &str) -> Option<String> {
    let text = message.replace("=\r\n", "").replace("=3D", "=");
    let (_, rest) = text.split_once("token=")?;
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .unwrap_or(rest.len());
    rest.get(..end).map(str::to_owned)
}
