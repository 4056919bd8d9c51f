//! Letters kept in memory, for tests.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{Mailer, Message, Result};

/// A mailer that keeps what it is given. Clones share their letters.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Memory {
    /// The letters sent so far, oldest first.
    pub fn sent(&self) -> Vec<Message> {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The letters sent since the last call, oldest first, which are then forgotten.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Mailer for Memory {
    async fn send(&self, message: &Message) -> Result<()> {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
