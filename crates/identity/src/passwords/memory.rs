//! Argon2's working memory. Allocating and clearing it takes a quarter of the time of a hash.

use std::fmt;

use argon2::{Block, password_hash};

/// Reusable working memory for one hash at a time. Its content is irrelevant because every hash writes before it reads.
#[derive(Default)]
pub(super) struct Scratch(Vec<Block>);

/// Shows the size, not the content.
impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scratch({} KiB)", self.0.len())
    }
}

impl Scratch {
    /// Returns `count` blocks of 1 KiB.
    ///
    /// # Errors
    /// An error if the system has no memory left.
    pub(super) fn blocks(&mut self, count: usize) -> password_hash::Result<&mut [Block]> {
        if let Some(missing) = count.checked_sub(self.0.len()) {
            if self.0.try_reserve_exact(missing).is_err() {
                return Err(argon2::Error::OutOfMemory.into());
            }
            self.0.resize(count, Block::new());
        }
        Ok(&mut self.0[..count])
    }

    /// Frees the memory above `count` blocks, because an imported hash may need much more than Loggia's own.
    pub(super) fn trim(&mut self, count: usize) {
        if self.0.len() > count {
            self.0.truncate(count);
            self.0.shrink_to_fit();
        }
    }
}
