//! What administrators do with the accounts of others.

mod model;
mod service;
mod store;

pub use self::model::{HashedPassword, Held, NewPerson, PersonField, PersonPatch};
pub use self::service::People;
