//! A mailer that writes emails to a folder, one `.eml` file each.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use lettre::message::Mailbox;
use uuid::Uuid;

use crate::{Error, Mailer, Message, Result, mime};

/// A mailer that writes each email to its own file, for machines without a mail server.
///
/// Shape: `<UUIDv7>.eml`, so names sort by time of writing. Files appear complete or not at all. Emails contain
/// secrets, so folder and files are readable by their owner only. A missing folder is created.
#[derive(Clone, Debug)]
pub struct Directory {
    folder: PathBuf,
    from: Mailbox,
}

impl Directory {
    /// Creates a mailer to `folder` with the sender `from`. Does not access the folder yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `from` is neither an address nor `Name <address>`.
    pub fn new(folder: impl Into<PathBuf>, from: &str) -> Result<Self> {
        Ok(Self { folder: folder.into(), from: mime::parse_sender(from)? })
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
        // The disk may be full, so remove the incomplete file. An error here changes nothing.
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

/// Writes a file and syncs it to disk, because the queue deletes the email after this.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Syncs the folder's entries to disk, on systems where a folder can be opened.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
