//! The parts of a request: body, typed values, list query, idempotency key.

pub mod idempotency;

mod arrival;
mod body;
pub mod fields;
mod form;
mod input;
mod list_query;

pub(crate) use self::arrival::Arrival;
pub use self::{
    body::Body,
    idempotency::IdempotencyKey,
    input::Input,
    list_query::{ListParams, ListQuery},
};
