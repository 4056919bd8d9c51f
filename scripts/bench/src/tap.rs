//! A tap on the connection between a server and PostgreSQL: records every executed statement.
//!
//! SQLite has no connection to tap. Queries have one text for both databases (`run!` in crates/db), so the results
//! apply there as well.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::mutex::lock;

/// A proxy in front of a PostgreSQL.
pub(crate) struct Tap {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Tap {
    /// Listens in front of the PostgreSQL at `url`, for as long as the program runs. Encrypted traffic is not decoded.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let (before, host, after) = split(url).context("the URL names no host")?;
        let host = match host.rsplit_once(':') {
            Some((_, port)) if !port.ends_with(']') => host.to_owned(),
            _ => format!("{host}:5432"),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let tap =
            Self { url: with_host(before, listener.local_addr()?, after), heard: Arc::default() };
        let heard = Arc::clone(&tap.heard);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, host.clone(), Arc::clone(&heard)));
            }
        });
        Ok(tap)
    }

    /// Returns the URL of the same database through the tap.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the statements executed since the last call, in order.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.heard))
    }
}

/// Splits a URL into the part before the host, the host with its port, and the part after it.
fn split(url: &str) -> Option<(&str, &str, &str)> {
    let start = url.find("://")? + 3;
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    let start = url[start..end].rfind('@').map_or(start, |at| start + at + 1);
    (start < end).then(|| (&url[..start], &url[start..end], &url[end..]))
}

fn with_host(before: &str, host: SocketAddr, after: &str) -> String {
    format!("{before}{host}{after}")
}

/// Relays all data immediately, in both directions, until one side closes.
async fn relay(client: TcpStream, host: String, heard: Arc<Mutex<Vec<String>>>) -> Result<()> {
    let server = TcpStream::connect(host).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { io::copy(&mut from_server, &mut to_client).await });
    let mut ear = Ear::default();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let length = from_client.read(&mut buffer).await?;
        if length == 0 {
            break;
        }
        // Recorded before it is relayed, so that it is complete once the server has its response.
        lock(&heard).extend(ear.hear(&buffer[..length])?);
        to_server.write_all(&buffer[..length]).await?;
    }
    to_server.shutdown().await?;
    back.await??;
    Ok(())
}

/// Decodes the messages of a client. Source: PostgreSQL 17, «Message Formats».
#[derive(Default)]
struct Ear {
    pending: Vec<u8>,
    is_started: bool,
    statements: HashMap<String, String>,
    portals: HashMap<String, String>,
}

/// The code of the message that begins a session; earlier messages request encryption.
const PROTOCOL_3_0: [u8; 4] = [0, 3, 0, 0];

impl Ear {
    /// Consumes more bytes; returns the statements whose execution they request.
    fn hear(&mut self, bytes: &[u8]) -> Result<Vec<String>> {
        self.pending.extend_from_slice(bytes);
        let mut executed = Vec::new();
        while let Some(message) = self.next()? {
            executed.extend(message);
        }
        Ok(executed)
    }

    /// Decodes one message, if it is complete, and returns the statement it executes.
    fn next(&mut self) -> Result<Option<Option<String>>> {
        let tag_length = usize::from(self.is_started);
        let Some(length) = self.pending.get(tag_length..tag_length + 4) else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(length.try_into()?);
        let end = tag_length + usize::try_from(length)?;
        if length < 4 {
            bail!("no PostgreSQL is spoken on this line");
        }
        if self.pending.len() < end {
            return Ok(None);
        }
        let message: Vec<u8> = self.pending.drain(..end).collect();
        let body = message.get(tag_length + 4..).unwrap_or_default();
        if self.is_started {
            let tag = message.first().copied().unwrap_or_default();
            return Ok(Some(self.understand(tag, body)));
        }
        self.is_started = body.starts_with(&PROTOCOL_3_0);
        Ok(Some(None))
    }

    fn understand(&mut self, tag: u8, body: &[u8]) -> Option<String> {
        let mut texts =
            body.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        let mut text = || texts.next().unwrap_or_default();
        match tag {
            b'P' => {
                self.statements.insert(text(), text());
                None
            }
            b'B' => {
                self.portals.insert(text(), text());
                None
            }
            b'E' => {
                let statement = self.portals.get(&text())?;
                self.statements.get(statement).cloned()
            }
            b'Q' => Some(text()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
