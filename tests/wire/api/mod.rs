//! The surface `api`, `/api/`.

mod admin;
mod content;
pub(crate) mod fixtures;
mod frame;
mod passwords;
mod people;
mod permissions;
mod profile;
mod register;
mod roles;
mod sessions;
mod uploads;
mod user_roles;
