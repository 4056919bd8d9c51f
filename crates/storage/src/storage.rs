//! A store of files.

use std::{fs, sync::Arc};

use bytes::Bytes;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory,
};

use crate::{Error, Key, Result};

/// A store of files by key. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage(Arc<dyn ObjectStore>);

impl Storage {
    /// Opens the store at a URL: `file://DIR`, which is created if it does not exist, or `memory://`.
    ///
    /// # Errors
    /// [`Error::Url`]; [`Error::Directory`].
    pub fn open(url: &str) -> Result<Self> {
        if url == "memory://" {
            return Ok(Self(Arc::new(InMemory::new())));
        }
        let directory = match url.strip_prefix("file://") {
            Some(directory) if !directory.is_empty() => directory,
            _ => return Err(Error::Url),
        };
        fs::create_dir_all(directory).map_err(Error::Directory)?;
        let files = LocalFileSystem::new_with_prefix(directory)?.with_fsync(true);
        Ok(Self(Arc::new(files)))
    }

    /// Starts to write a file. It becomes visible with [`Upload::finish`], which replaces an existing file with this
    /// key.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::Failed`].
    pub async fn write(&self, key: &Key) -> Result<Upload> {
        Ok(Upload(self.0.put_multipart(&key.path()).await?))
    }

    /// Returns the content of a file; `None` if it does not exist.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn read(&self, key: &Key) -> Result<Option<Bytes>> {
        match self.0.get(&key.path()).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// A file that is being written. Dropping it before [`Upload::finish`] discards it.
#[derive(Debug)]
pub struct Upload(Box<dyn MultipartUpload>);

impl Upload {
    /// Appends bytes to the file.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::Failed`].
    pub async fn append(&mut self, bytes: Bytes) -> Result<()> {
        Ok(self.0.put_part(bytes.into()).await?)
    }

    /// Publishes the file durably under its key.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::Failed`].
    pub async fn finish(mut self) -> Result<()> {
        self.0.complete().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
