#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod directory;
mod error;
mod letter;
mod mailer;
mod memory;
mod message;
mod smtp;
mod templates;

pub use directory::Directory;
pub use error::{Error, Reply, Result};
pub use letter::Letter;
pub use mailer::{Mailer, open};
pub use memory::Memory;
pub use smtp::Smtp;
pub use templates::{Rendered, Templates};
