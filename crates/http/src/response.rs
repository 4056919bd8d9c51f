//! Return values of handlers: replies, conditional responses, timestamps.

mod conditional;
mod reply;
mod timestamp;

pub use self::{
    conditional::{Keep, Known},
    reply::{Reply, Response},
    timestamp::moment,
};
