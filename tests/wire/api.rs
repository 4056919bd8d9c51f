//! The surface `api`, `/api/`.

mod admin;
mod content;
pub(crate) mod fixtures;
mod frame;
mod passwords;
mod permissions;
mod profile;
mod register;
mod roles;
mod sessions;
mod uploads;
mod user_roles;
mod users;
