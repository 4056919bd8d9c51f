//! What comes in and goes out over the wire, the same for every surface.

mod body;
mod form;
mod fresh;
mod input;
mod listing;
mod moment;
mod read;
mod reply;

pub use self::{
    body::Body,
    fresh::{Keep, Known},
    input::Input,
    listing::{ListParams, ListQuery},
    moment::moment,
    read::{Pk, Pks, Read, strict},
    reply::{Answer, Reply},
};
