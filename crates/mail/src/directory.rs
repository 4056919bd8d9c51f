//! Letters written to a folder, one `.eml` file each.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use lettre::message::Mailbox;
use uuid::Uuid;

use crate::{Error, Mailer, Message, Result, mime};

/// A mailer that writes each letter to a file of its own, for a machine without a mail server.
///
/// Shape: `<UUIDv7>.eml`, so names sort by the time of writing; a reader sees a whole letter or none. Letters hold
/// secrets: folder and files are readable by their owner alone. The folder is made when it is missing.
#[derive(Clone, Debug)]
pub struct Directory {
    folder: PathBuf,
    from: Mailbox,
}

impl Directory {
    /// A mailer to `folder`, writing as `from`. Touches nothing yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `from` is neither an address nor `Name <address>`.
    pub fn new(folder: impl Into<PathBuf>, from: &str) -> Result<Self> {
        Ok(Self {
            folder: folder.into(),
            from: mime::parse_sender(from)?,
        })
    }
}

#[async_trait]
impl Mailer for Directory {
    async fn send(&self, message: &Message) -> Result<()> {
        let bytes = mime::encode(&self.from, message)?.formatted();
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || write(&folder, &bytes)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Error::temporary(format!("mail folder: {error}"))),
            Err(stopped) => Err(Error::temporary(format!("mail folder: {stopped}"))),
        }
    }
}

fn write(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    create_folder(folder)?;
    let name = Uuid::now_v7().hyphenated().to_string();
    let draft = folder.join(format!(".{name}.tmp"));
    let finished = write_whole(&draft, bytes)
        .and_then(|()| fs::rename(&draft, folder.join(format!("{name}.eml"))))
        .and_then(|()| sync(folder));
    if finished.is_err() {
        // The disk may be full: half a letter is of use to nobody. That it could not be removed changes nothing.
        let _ = fs::remove_file(&draft);
    }
    finished
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns once the bytes are on the disk: the queue forgets the letter after this.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Returns once the names in the folder are on the disk, where a folder can be opened at all.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
