//! What follows from other settings when it is not given: the data directory's contents, our address, the number of cores.

use std::{
    fs::DirBuilder,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
};

use loggia_http::BaseUrl;

use super::{Error, Result, SecretUrl, Settings};

impl Settings {
    /// Where the database is.
    ///
    /// # Errors
    /// If that is the data directory, and its path is no text.
    pub fn effective_database_url(&self) -> Result<SecretUrl> {
        self.given_or_in_data_dir(self.database_url.as_ref(), "sqlite", "loggia.db")
    }

    /// How mails go out.
    ///
    /// # Errors
    /// As [`Settings::effective_database_url`].
    pub fn effective_mail_url(&self) -> Result<SecretUrl> {
        self.given_or_in_data_dir(self.mail_url.as_ref(), "file", "mail")
    }

    /// Where uploaded files are.
    ///
    /// # Errors
    /// As [`Settings::effective_database_url`].
    pub fn effective_storage_url(&self) -> Result<SecretUrl> {
        self.given_or_in_data_dir(self.storage_url.as_ref(), "file", "files")
    }

    /// Our own address.
    ///
    /// # Errors
    /// If it was not given and we are not bound to loopback: then nobody knows it.
    pub fn effective_public_url(&self) -> Result<BaseUrl> {
        if let Some(url) = &self.public_url {
            return Ok(url.clone());
        }
        if !self.bind.ip().is_loopback() {
            return Err(Error::new(
                "LOGGIA_PUBLIC_URL",
                "is required where LOGGIA_BIND is not a loopback address: links are made of it",
            ));
        }
        let url = format!("http://{}", self.bind);
        url.parse()
            .map_err(|problem| Error::new("LOGGIA_BIND", format!("{url}: {problem}")))
    }

    /// Where links in mails lead.
    ///
    /// # Errors
    /// As [`Settings::effective_public_url`].
    pub fn effective_frontend_url(&self) -> Result<BaseUrl> {
        match &self.frontend_url {
            Some(url) => Ok(url.clone()),
            None => self.effective_public_url(),
        }
    }

    /// How many HTTP workers there are.
    pub fn effective_workers(&self) -> usize {
        self.workers.map_or_else(cores, usize::from)
    }

    /// How many passwords are hashed at once.
    pub fn effective_hash_permits(&self) -> usize {
        self.hash_permits.map_or_else(cores, usize::from)
    }

    /// An address at which this machine reaches the server: an unspecified one is reached by loopback.
    pub fn local_address(&self) -> SocketAddr {
        let mut address = self.bind;
        match address {
            SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
                address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
            }
            SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
                address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
            }
            SocketAddr::V4(_) | SocketAddr::V6(_) => {}
        }
        address
    }

    /// Makes the data directory if there is none, for its owner alone.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn make_data_dir(&self) -> Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data_dir).map_err(|error| {
            Error::new(
                "LOGGIA_DATA_DIR",
                format!("{} cannot be made: {error}", self.data_dir.display()),
            )
        })
    }

    /// Where the secret key is kept that was made at the first start.
    pub(super) fn secret_key_path(&self) -> PathBuf {
        self.data_dir.join("secret.key")
    }

    fn given_or_in_data_dir(
        &self,
        given: Option<&SecretUrl>,
        scheme: &str,
        name: &str,
    ) -> Result<SecretUrl> {
        if let Some(url) = given {
            return Ok(url.clone());
        }
        match self.data_dir.join(name).to_str() {
            Some(path) => Ok(format!("{scheme}://{path}").into()),
            None => Err(Error::new("LOGGIA_DATA_DIR", "is no text in UTF-8")),
        }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Writes a directory's entries to the disk, where a directory can be opened at all.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        std::fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}
