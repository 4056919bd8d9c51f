#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod directory;
mod error;
mod mailer;
mod memory;
mod message;
mod mime;
mod open;
mod smtp;
mod templates;

pub use directory::Directory;
pub use error::{Error, Reply, Result};
pub use mailer::Mailer;
pub use memory::Memory;
pub use message::Message;
pub use open::open;
pub use smtp::Smtp;
pub use templates::{Rendered, Templates};
