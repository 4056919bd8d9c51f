//! Where a request comes from, and what it is called in the logs.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::{Payload, ServiceRequest},
    http::header::{HeaderMap, HeaderName, X_FORWARDED_FOR},
};
use ipnet::IpNet;
use uuid::Uuid;

/// The header that names a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    /// The peer, or whom the last trusted proxy names.
    pub address: IpAddr,
    /// The client's own `X-Request-Id` if it is decent, else a new one.
    pub request_id: String,
}

impl ClientInfo {
    /// Looks at the connection and at the headers.
    pub fn of(request: &ServiceRequest, trusted_proxies: &[IpNet]) -> Self {
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
            // Who listens on `[::]` sees IPv4 clients as `::ffff:a.b.c.d`.
            .to_canonical();
        let is_trusted = |address: IpAddr| trusted_proxies.iter().any(|net| net.contains(&address));
        Self {
            address: forwarded(peer, request.headers(), is_trusted),
            request_id: request_id(request.headers()),
        }
    }
}

/// Walks `X-Forwarded-For` from its end for as long as a trusted proxy wrote it; what others wrote is hearsay.
fn forwarded(peer: IpAddr, headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    if !is_trusted(peer) {
        return peer;
    }
    let mut address = peer;
    let lines: Vec<&str> = headers
        .get_all(X_FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(before) => address = before.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// Source: docs/contract/README.md «Headers»: 1 to 64 of `[A-Za-z0-9_-]`.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        });
    match given {
        Some(id) => id.to_owned(),
        None => {
            let mut text = Uuid::encode_buffer();
            Uuid::new_v4().simple().encode_lower(&mut text).to_owned()
        }
    }
}

/// Extractor of the client's address, for login attempts and throttles.
pub struct ClientAddress(pub IpAddr);

impl FromRequest for ClientAddress {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(client_address(request))))
    }
}

/// Returns the client's address: the peer, or what the last trusted proxy reports.
pub fn client_address(request: &HttpRequest) -> IpAddr {
    request
        .extensions()
        .get::<ClientInfo>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.address)
}

#[cfg(test)]
mod tests;
