#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod auth;
pub mod dialect;
pub mod email;
pub mod encryption;
pub mod error;
pub mod middleware;
pub mod openapi;
pub mod request;
pub mod response;
pub mod throttling;

mod base_url;
mod client_info;
mod credentials;
mod routes;
mod surface;

pub use base_url::BaseUrl;
pub use routes::{Routes, SCHEME, Secured};
pub use surface::{AnySurface, Surface};
