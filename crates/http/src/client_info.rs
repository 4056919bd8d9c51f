//! The client's address and the request id.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::{Payload, ServiceRequest},
    http::header::{HeaderMap, HeaderName, X_FORWARDED_FOR},
};
use ipnet::IpNet;
use tracing_actix_web::RequestId;
use uuid::Uuid;

/// The header that carries the request id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The origin of a request.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    /// The address of the peer, or the one that the last trusted proxy reports.
    pub address: IpAddr,
    /// The client's `X-Request-Id` if it is well formed, otherwise a generated one.
    pub request_id: String,
}

impl ClientInfo {
    /// Reads the connection and the headers.
    pub fn of(request: &ServiceRequest, trusted_proxies: &[IpNet]) -> Self {
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
            // A listener on `[::]` sees IPv4 clients as `::ffff:a.b.c.d`.
            .to_canonical();
        let is_trusted = |address: IpAddr| trusted_proxies.iter().any(|net| net.contains(&address));
        Self {
            address: forwarded(peer, request.headers(), is_trusted),
            request_id: given_id(request.headers())
                .map_or_else(|| generated_id(request), str::to_owned),
        }
    }
}

/// Returns the client's address. Walks `X-Forwarded-For` from its end as long as a trusted proxy wrote the entry,
/// because any other entry may be forged.
fn forwarded(peer: IpAddr, headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    if !is_trusted(peer) {
        return peer;
    }
    let mut address = peer;
    let lines: Vec<&str> =
        headers.get_all(X_FORWARDED_FOR).filter_map(|value| value.to_str().ok()).collect();
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

/// Returns the client's own request id, if it has 1 to 64 of `[A-Za-z0-9_-]`.
/// Source: docs/contract/README.md «Headers».
fn given_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_permitted = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    ((1..=64).contains(&id.len()) && id.bytes().all(is_permitted)).then_some(id)
}

/// Returns the random request id of the root span, as 32 hexadecimal digits.
fn generated_id(request: &ServiceRequest) -> String {
    let id = request.extensions().get::<RequestId>().copied();
    let id = id.map_or_else(Uuid::new_v4, Uuid::from);
    let mut text = Uuid::encode_buffer();
    id.simple().encode_lower(&mut text).to_owned()
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
