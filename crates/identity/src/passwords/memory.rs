//! Argon2's working memory, which costs a quarter of a hash to get from the system and clear.

use std::fmt;

use argon2::{Block, password_hash};

/// Working memory for one hash at a time. What is in it means nothing: every hash writes before it reads.
#[derive(Default)]
pub(super) struct Scratch(Vec<Block>);

/// Shows its size, not what is in it.
impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scratch({} KiB)", self.0.len())
    }
}

impl Scratch {
    /// So many blocks of 1 KiB.
    ///
    /// # Errors
    /// If the system has none left.
    pub(super) fn blocks(&mut self, count: usize) -> password_hash::Result<&mut [Block]> {
        if let Some(missing) = count.checked_sub(self.0.len()) {
            if self.0.try_reserve_exact(missing).is_err() {
                return Err(argon2::Error::OutOfMemory.into());
            }
            self.0.resize(count, Block::new());
        }
        Ok(&mut self.0[..count])
    }

    /// Gives back what is over so many blocks: an imported hash may have asked for much more than ours do.
    pub(super) fn trim(&mut self, count: usize) {
        if self.0.len() > count {
            self.0.truncate(count);
            self.0.shrink_to_fit();
        }
    }
}
