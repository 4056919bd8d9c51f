//! The surface `api`, `/api/`.

mod admin;
mod cast;
mod content;
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
