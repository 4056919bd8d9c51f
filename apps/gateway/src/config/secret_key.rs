//! The keys of all tokens: the current one, given or created at the first start, and the one before it.

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

/// What to do instead of giving a current key that is refused.
const NEW_KEY: &str = "leave it out to have a random one created, or run `openssl rand -base64 48`";
/// What to do instead of giving a previous key that is refused.
const OLD_KEY: &str = "give the key that was in use, or leave it out";

/// What stands in keys that were copied from an example.
const SAMPLES: [&str; 7] = [
    "change-me",
    "changeme",
    "change_me",
    "change-this",
    "your-secret",
    "your_secret",
    "yoursecret",
];

/// A key of fewer different bytes was typed by somebody who leaned on a key.
const MIN_DIFFERENT: usize = 8;

impl Settings {
    /// The keys of all tokens: [`Settings::effective_secret_key`] and [`Settings::previous_secret_key`].
    ///
    /// # Errors
    /// As those two.
    pub fn effective_secret_keys(&self) -> Result<SecretKeys> {
        // First, because it changes nothing: no key is created where another setting is wrong.
        let previous = self.previous_secret_key()?;
        let keys = SecretKeys::from(self.effective_secret_key()?);
        Ok(match previous {
            Some((key, until)) => keys.with_previous(key, until),
            None => keys,
        })
    }

    /// The key before the current one, and the moment from which on its tokens are refused. That moment may be past: an
    /// error would stop a server that is restarted after it, and a key that is refused does no harm.
    ///
    /// # Errors
    /// If only one of the two settings is given, or the key is too short or a sample.
    pub fn previous_secret_key(&self) -> Result<Option<(SecretKey, Timestamp)>> {
        let missing = |setting, other| {
            let problem = format!("is required where {other} is set");
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

    /// The key of all tokens: the one that was given, else the one in the data directory, which is made when it is missing.
    ///
    /// Shape of the file: 32 random bytes as URL-safe base64, mode 0600. Two processes that start at once get the same.
    ///
    /// # Errors
    /// If the key is too short or a sample, or the file can be neither read nor made.
    pub fn effective_secret_key(&self) -> Result<SecretKey> {
        if let Some(key) = &self.secret_key {
            return checked(SETTING, key.expose(), NEW_KEY);
        }
        let path = self.secret_key_path();
        let name = path.display().to_string();
        let text = read_or_make(&path).map_err(|error| {
            let problem = format!("is not set, and {name} can be neither read nor made: {error}");
            Error::new(SETTING, problem)
        })?;
        checked(&name, text.trim_end(), NEW_KEY)
    }
}

/// The key, if it cannot be guessed. `hint` says what to do otherwise.
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
            format!(
                "needs at least {} bytes that cannot be guessed; {hint}",
                SecretKey::MIN_BYTES
            ),
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

/// Makes the file, unless somebody else does so at the same moment. It is written under another name and then linked: so
/// nobody ever reads half a key, and nobody's key is replaced.
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
