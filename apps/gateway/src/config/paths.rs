//! Defaults that depend on other settings: the contents of the data directory, the public URL, the number of cores.

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
    /// Returns the URL of the database.
    ///
    /// # Errors
    /// If it is in the data directory, and the path of the directory is not valid UTF-8.
    pub fn effective_database_url(&self) -> Result<SecretUrl> {
        self.given_or_in_data_dir(self.database_url.as_ref(), "sqlite", "loggia.db")
    }

    /// Returns the URL of the mailer.
    ///
    /// # Errors
    /// As [`Settings::effective_database_url`].
    pub fn effective_mail_url(&self) -> Result<SecretUrl> {
        self.given_or_in_data_dir(self.mail.mail_url.as_ref(), "file", "mail")
    }

    /// Returns the URL of the file storage.
    ///
    /// # Errors
    /// As [`Settings::effective_database_url`].
    pub fn effective_storage_url(&self) -> Result<SecretUrl> {
        self.given_or_in_data_dir(self.storage_url.as_ref(), "file", "files")
    }

    /// Returns the public URL of this server.
    ///
    /// # Errors
    /// If it is not set and the server does not listen on loopback, because the public address is then unknown.
    pub fn effective_public_url(&self) -> Result<BaseUrl> {
        if let Some(url) = &self.public_url {
            return Ok(url.clone());
        }
        if !self.bind.ip().is_loopback() {
            return Err(Error::new(
                "LOGGIA_PUBLIC_URL",
                "is required unless LOGGIA_BIND is a loopback address, because links contain it",
            ));
        }
        let url = format!("http://{}", self.bind);
        url.parse().map_err(|problem| Error::new("LOGGIA_BIND", format!("{url}: {problem}")))
    }

    /// Returns the base URL of links in emails.
    ///
    /// # Errors
    /// As [`Settings::effective_public_url`].
    pub fn effective_frontend_url(&self) -> Result<BaseUrl> {
        match &self.frontend_url {
            Some(url) => Ok(url.clone()),
            None => self.effective_public_url(),
        }
    }

    /// Returns the number of HTTP workers.
    pub fn effective_workers(&self) -> usize {
        self.workers.map_or_else(cores, usize::from)
    }

    /// Returns the number of password hashes that run at once.
    pub fn effective_hash_permits(&self) -> usize {
        self.hash_permits.map_or_else(cores, usize::from)
    }

    /// Returns an address at which this machine reaches the server. An unspecified address becomes loopback.
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

    /// Creates the data directory if it does not exist, with access for its owner alone.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn make_data_dir(&self) -> Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data_dir).map_err(|error| {
            Error::new(
                "LOGGIA_DATA_DIR",
                format!("{} cannot be created: {error}", self.data_dir.display()),
            )
        })
    }

    /// Returns the path of the generated secret key.
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
            None => Err(Error::new("LOGGIA_DATA_DIR", "is not valid UTF-8")),
        }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Writes the entries of a directory to disk, on systems where a directory can be opened.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        std::fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}
