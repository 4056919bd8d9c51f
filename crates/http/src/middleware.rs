//! Middleware: the checks before every handler, in their order, and the headers of every response.

mod content_negotiation;
mod inner;
mod outer;
mod request_span;
mod response_headers;
mod routing_table;

pub use self::{
    inner::{RoutedTo, inner},
    outer::outer,
    request_span::{RequestSpan, TrustedProxies, root_span},
    routing_table::{Entry, Rewrite, RoutingTable},
};
pub use crate::client_info::{ClientAddress, ClientInfo, client_address};
