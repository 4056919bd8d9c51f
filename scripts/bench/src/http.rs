//! A minimal HTTP/1.1 client on one persistent connection, so that most of the measured time is the server's.

use std::{
    io::{Error, ErrorKind, Result},
    net::SocketAddr,
    str,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The initial buffer size. Responses have a few hundred bytes; a larger one makes the buffer grow.
const BUFFER_BYTES: usize = 4096;

/// Returns the bytes of one request, ready to be sent repeatedly.
pub(crate) fn request(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&str>,
) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n");
    if let Some(token) = token {
        text.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    if let Some(body) = body {
        let length = body.len();
        text.push_str(&format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    text.into_bytes()
}

/// A persistent connection.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// A response. Its parts are slices of the connection's buffer.
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(BUFFER_BYTES) })
    }

    /// Sends a request and reads the complete response.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Response<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let mut searched = 0;
        let head_end = loop {
            self.receive().await?;
            let from = usize::saturating_sub(searched, 3);
            let found = self.received[from..].windows(4).position(|w| w == b"\r\n\r\n");
            if let Some(at) = found {
                break from + at;
            }
            searched = self.received.len();
        };
        let (status, length) = {
            let head = text(&self.received[..head_end])?;
            (status(head)?, length(head)?)
        };
        let body_start = head_end + 4;
        while self.received.len() < body_start + length {
            self.receive().await?;
        }
        Ok(Response {
            status,
            head: text(&self.received[..head_end])?,
            body: &self.received[body_start..body_start + length],
        })
    }

    async fn receive(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

impl Response<'_> {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Returns the value of a header; `None` if it is missing.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn text(bytes: &[u8]) -> Result<&str> {
    str::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

fn status(head: &str) -> Result<u16> {
    head.split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| invalid("no status in the response"))
}

fn length(head: &str) -> Result<usize> {
    match header(head, "content-length") {
        Some(length) => length.parse().map_err(|error| Error::new(ErrorKind::InvalidData, error)),
        None if header(head, "transfer-encoding").is_some() => {
            Err(invalid("the response is chunked, which this client does not support"))
        }
        None => Ok(0),
    }
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}
