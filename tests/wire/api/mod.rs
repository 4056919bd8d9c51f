//! Seeds 000 and 004, `/api/auth/`.

mod frame;
mod passwords;
mod profile;
mod register;
mod sessions;
