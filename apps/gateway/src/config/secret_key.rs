//! The keys that sign all tokens: the current one, configured or created at the first start, and the previous one.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_identity::{SecretKey, SecretKeys};
use loggia_kernel::Timestamp;
use rand::RngExt;
use uuid::Uuid;

use super::{Error, Result, Settings, paths::sync_dir};

const SETTING: &str = "LOGGIA_SECRET_KEY";
const PREVIOUS: &str = "LOGGIA_SECRET_KEY_PREVIOUS";
const PREVIOUS_UNTIL: &str = "LOGGIA_SECRET_KEY_PREVIOUS_UNTIL";

/// The advice for an invalid current key.
const NEW_KEY: &str = "leave it out to have a random one created, or run `openssl rand -base64 48`";
/// The advice for an invalid previous key.
const OLD_KEY: &str = "give the key that was in use, or leave it out";

/// Texts in keys that were copied from an example.
const SAMPLES: [&str; 7] = [
    "change-me",
    "changeme",
    "change_me",
    "change-this",
    "your-secret",
    "your_secret",
    "yoursecret",
];

/// The smallest number of different bytes in a key. A random key has more; a repeated character has fewer.
const MIN_DIFFERENT: usize = 8;

impl Settings {
    /// Returns the keys of all tokens: [`Settings::effective_secret_key`] and [`Settings::previous_secret_key`].
    ///
    /// # Errors
    /// As these two.
    pub fn effective_secret_keys(&self) -> Result<SecretKeys> {
        // First, because it changes nothing: no key is created if another setting is invalid.
        let previous = self.previous_secret_key()?;
        let keys = SecretKeys::from(self.effective_secret_key()?);
        Ok(match previous {
            Some((key, until)) => keys.with_previous(key, until),
            None => keys,
        })
    }

    /// Returns the previous key, and the time from which its tokens are rejected. A time in the past is valid, because
    /// an error would stop a server that restarts after it, and a rejected key does no harm.
    ///
    /// # Errors
    /// If only one of the two settings is set, or the key is too short or a sample.
    pub fn previous_secret_key(&self) -> Result<Option<(SecretKey, Timestamp)>> {
        let missing = |setting, other| {
            let problem = format!("is required if {other} is set");
            Err(Error::new(setting, problem))
        };
        match (&self.secret_key_previous, self.secret_key_previous_until) {
            (None, None) => Ok(None),
            (Some(key), Some(until)) => {
                let key = checked(PREVIOUS, key.expose(), OLD_KEY)?;
                Ok(Some((key, until.get())))
            }
            (Some(_), None) => missing(PREVIOUS_UNTIL, PREVIOUS),
            (None, Some(_)) => missing(PREVIOUS, PREVIOUS_UNTIL),
        }
    }

    /// Returns the current key: the configured one, or the one in the data directory, which is created if it is
    /// missing.
    ///
    /// Shape of the file: 32 random bytes as URL-safe base64, mode 0600. Processes that start at the same time get the
    /// same key.
    ///
    /// # Errors
    /// If the key is too short or a sample, or the file can be neither read nor created.
    pub fn effective_secret_key(&self) -> Result<SecretKey> {
        if let Some(key) = &self.secret_key {
            return checked(SETTING, key.expose(), NEW_KEY);
        }
        let path = self.secret_key_path();
        let name = path.display().to_string();
        let text = read_or_make(&path).map_err(|error| {
            let problem =
                format!("is not set, and {name} can be neither read nor created: {error}");
            Error::new(SETTING, problem)
        })?;
        checked(&name, text.trim_end(), NEW_KEY)
    }
}

/// Returns the key unless it is easy to guess. `hint` is the advice for an invalid key.
fn checked(setting: &str, key: &str, hint: &str) -> Result<SecretKey> {
    let lower = key.to_lowercase();
    if SAMPLES.iter().any(|sample| lower.contains(sample)) {
        return Err(Error::new(setting, format!("is a sample; {hint}")));
    }
    let mut bytes = key.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    let too_few = bytes.len() < MIN_DIFFERENT;
    match SecretKey::new(key) {
        Ok(key) if !too_few => Ok(key),
        Ok(_) | Err(_) => Err(Error::new(
            setting,
            format!("needs at least {} bytes that cannot be guessed; {hint}", SecretKey::MIN_BYTES),
        )),
    }
}

fn read_or_make(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path)?;
            fs::read_to_string(path)
        }
        outcome => outcome,
    }
}

/// Creates the file unless it exists. The key is written under another name and then linked, so that no process reads
/// an incomplete key or replaces the key of another process.
fn make(path: &Path) -> io::Result<()> {
    let draft = path.with_extension(Uuid::new_v4().simple().to_string());
    let made = write(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    });
    let removed = fs::remove_file(&draft);
    made.and(removed)?;
    path.parent().map_or(Ok(()), sync_dir)
}

fn write(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let key = URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>());
    writeln!(file, "{key}")?;
    file.sync_all()
}
