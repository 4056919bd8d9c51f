//! What comes in and goes out over the wire, the same for every surface.

mod body;
mod form;
mod input;
mod read;
mod reply;

pub use self::{
    body::Body,
    input::Input,
    read::{Read, strict},
    reply::{Answer, Reply},
};
