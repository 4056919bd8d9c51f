//! The key of all tokens: given, or made at the first start and kept.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use loggia_identity::SecretKey;
use rand::RngExt;
use uuid::Uuid;

use super::{Error, Result, Settings, paths::sync_dir};

const SETTING: &str = "LOGGIA_SECRET_KEY";

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
    /// The key of all tokens: the one that was given, else the one in the data directory, which is made when it is missing.
    ///
    /// Shape of the file: 32 random bytes as URL-safe base64, mode 0600. Two processes that start at once get the same.
    ///
    /// # Errors
    /// If the key is too short or a sample, or the file can be neither read nor made.
    pub fn effective_secret_key(&self) -> Result<SecretKey> {
        if let Some(key) = &self.secret_key {
            return checked(SETTING, key.expose());
        }
        let path = self.secret_key_path();
        let name = path.display().to_string();
        let text = read_or_make(&path).map_err(|error| {
            let problem = format!("is not set, and {name} can be neither read nor made: {error}");
            Error::new(SETTING, problem)
        })?;
        checked(&name, text.trim_end())
    }
}

fn checked(setting: &str, key: &str) -> Result<SecretKey> {
    let lower = key.to_lowercase();
    if SAMPLES.iter().any(|sample| lower.contains(sample)) {
        let problem =
            "is a sample; leave it out to have a random one made, or run `openssl rand -base64 48`";
        return Err(Error::new(setting, problem));
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
                "needs at least {} bytes that cannot be guessed; leave it out to have a random one made",
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
