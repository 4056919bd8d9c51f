//! `loggia healthcheck`: a health check for containers without other tools.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{Error, Result, output::say};
use crate::config::Settings;

/// The time limit for the response. A healthy server responds at once.
const LIMIT: Duration = Duration::from_secs(5);

/// The number of bytes that are read: enough for `HTTP/1.1 200 OK`.
const STATUS_LINE_BYTES: u64 = 64;

/// Requests `GET /healthz` from the server that these settings bind.
pub(super) async fn check(settings: &Settings) -> Result<()> {
    let address = settings.local_address();
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!(
            "GET /healthz HTTP/1.1\r\nHost: {address}\r\nUser-Agent: loggia-healthcheck\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        stream.take(STATUS_LINE_BYTES).read_to_end(&mut head).await?;
        Ok::<_, std::io::Error>(head)
    };
    match timeout(LIMIT, exchange).await {
        Ok(Ok(head)) if is_ok(&head) => say("healthy"),
        Ok(Ok(_)) => {
            Err(Error::refused(format!("{address} responds, but not as a healthy server")))
        }
        Ok(Err(error)) => Err(Error::refused(format!("{address} does not respond: {error}"))),
        Err(_) => Err(Error::refused(format!("{address} does not respond within {LIMIT:?}"))),
    }
}

fn is_ok(head: &[u8]) -> bool {
    head.starts_with(b"HTTP/1.1 200 ")
}
