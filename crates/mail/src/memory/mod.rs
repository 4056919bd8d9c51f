//! Letters kept in memory, for tests.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{Letter, Mailer, Result};

/// A mailer that keeps what it is given. Clones share their letters.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl Memory {
    /// The letters sent so far, oldest first.
    pub fn sent(&self) -> Vec<Letter> {
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The letters sent since the last call, oldest first, which are then forgotten.
    pub fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.letters.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Mailer for Memory {
    async fn send(&self, letter: &Letter) -> Result<()> {
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(letter.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
