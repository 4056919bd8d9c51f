//! The wire suite: the app that `main` serves, asked from outside.

#[cfg(test)]
mod app;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
mod users;
#[cfg(test)]
mod v1;
