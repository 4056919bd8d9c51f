//! Seed 001, `/api/users/<word>/`.

mod frame;
mod profile;
mod register;
mod sessions;
