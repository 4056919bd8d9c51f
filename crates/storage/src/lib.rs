#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod error;
mod key;
mod storage;

pub use error::{Error, Result};
pub use key::Key;
pub use storage::{Storage, Upload};
