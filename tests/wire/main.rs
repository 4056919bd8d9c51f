//! The wire suite: tests of the app that `main` serves, over HTTP.

#[cfg(test)]
mod access;
#[cfg(test)]
mod api;
#[cfg(test)]
mod app;
#[cfg(test)]
mod djoser;
#[cfg(test)]
mod frame;
#[cfg(test)]
mod inputs;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod races;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod surface_name;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
mod users;
#[cfg(test)]
mod v1;
