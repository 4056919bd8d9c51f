//! Where files are.

use std::{fs, sync::Arc};

use bytes::Bytes;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory,
};

use crate::{Error, Key, Result};

/// Files by their keys. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage(Arc<dyn ObjectStore>);

impl Storage {
    /// Opens what the URL names: `file://DIR`, which is made if it is missing, or `memory://`.
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

    /// Begins to write a file. Nothing is seen of it before [`Upload::finish`]; a file that has this key is replaced then.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::Failed`].
    pub async fn write(&self, key: &Key) -> Result<Upload> {
        Ok(Upload(self.0.put_multipart(&key.path()).await?))
    }

    /// A file's content; none if there is no such file.
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

/// A file that is being written. Dropped unfinished it leaves nothing behind.
#[derive(Debug)]
pub struct Upload(Box<dyn MultipartUpload>);

impl Upload {
    /// Writes what comes next.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::Failed`].
    pub async fn append(&mut self, bytes: Bytes) -> Result<()> {
        Ok(self.0.put_part(bytes.into()).await?)
    }

    /// Puts the file in its place, to stay.
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
