//! The surface `users`, `/api/users/<word>/`.

mod frame;
mod profile;
mod register;
mod sessions;
