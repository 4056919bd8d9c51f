//! A relay before a database server, which fails on command.

use std::{future::pending, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// The bytes that one direction of a connection takes before it forwards them.
const BUFFER_BYTES: usize = 8 * 1024;

/// A TCP relay to a PostgreSQL server. It runs on the runtime that created it, and ends when dropped.
pub struct Relay {
    url: String,
    traffic: watch::Sender<Traffic>,
    open: Arc<watch::Sender<usize>>,
    listening: JoinHandle<()>,
}

#[derive(Clone, Copy)]
struct Traffic {
    mode: Mode,
    /// Connections with a lower number never forward anything again.
    oldest: u64,
    /// The number of the next connection.
    next: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Bytes are forwarded.
    Open,
    /// Bytes are accepted and not forwarded, as by a pooler that has stalled.
    Stalled,
    /// Connections are closed at once.
    Cut,
}

impl Relay {
    /// Starts a relay to the server of this URL, `postgres://user@host:port/database`.
    ///
    /// # Panics
    /// Panics if the URL has another form, or no port is free.
    pub async fn to(url: &str) -> Self {
        let parts = url.split_once('@').and_then(|(head, rest)| {
            let (server, database) = rest.split_once('/')?;
            Some((head, server.to_owned(), database))
        });
        let Some((head, server, database)) = parts else {
            panic!("{url} has no user, server and database");
        };
        let (listener, address) = match listen().await {
            Ok(listening) => listening,
            Err(error) => panic!("no port for a relay: {error}"),
        };
        let traffic = Traffic { mode: Mode::Open, oldest: 0, next: 0 };
        let traffic = watch::Sender::new(traffic);
        let open = Arc::new(watch::Sender::new(0));
        let listening = tokio::spawn(accept(listener, server, traffic.clone(), Arc::clone(&open)));
        Self { url: format!("{head}@{address}/{database}"), traffic, open, listening }
    }

    /// Returns the URL of the database through the relay.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Closes all connections, and every new one at once.
    pub fn cut(&self) {
        self.set(Mode::Cut);
    }

    /// Withholds all bytes from now on. Connections stay open, and new ones are accepted.
    pub fn stall(&self) {
        self.set(Mode::Stalled);
    }

    /// Forwards what was withheld and all that follows.
    pub fn mend(&self) {
        self.set(Mode::Open);
    }

    /// Forwards the bytes of new connections only. The present ones stay open and never forward anything again.
    pub fn mend_for_new_connections(&self) {
        self.traffic.send_modify(|traffic| {
            traffic.mode = Mode::Open;
            traffic.oldest = traffic.next;
        });
    }

    /// Waits until at most `count` clients are connected.
    pub async fn clients_at_most(&self, count: usize) {
        // The sender lives as long as `self`.
        let _ = self.open.subscribe().wait_for(|open| *open <= count).await;
    }

    /// Returns the number of connected clients.
    pub fn clients(&self) -> usize {
        *self.open.borrow()
    }

    fn set(&self, mode: Mode) {
        self.traffic.send_modify(|traffic| traffic.mode = mode);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen() -> std::io::Result<(TcpListener, std::net::SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn accept(
    listener: TcpListener,
    server: String,
    traffic: watch::Sender<Traffic>,
    open: Arc<watch::Sender<usize>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let mut number = 0;
        traffic.send_modify(|traffic| {
            number = traffic.next;
            traffic.next += 1;
        });
        let (server, traffic) = (server.clone(), traffic.subscribe());
        let open = Arc::clone(&open);
        tokio::spawn(async move {
            open.send_modify(|open| *open += 1);
            relay(client, &server, number, traffic).await;
            open.send_modify(|open| *open -= 1);
        });
    }
}

async fn relay(client: TcpStream, server: &str, number: u64, traffic: watch::Receiver<Traffic>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (client_sends, client_receives) = client.into_split();
    let (server_sends, server_receives) = server.into_split();
    let mut state = traffic.clone();
    tokio::select! {
        _ = state.wait_for(|traffic| traffic.mode == Mode::Cut) => {}
        () = forward(client_sends, server_receives, number, traffic.clone()) => {}
        () = forward(server_sends, client_receives, number, traffic) => {}
    }
}

/// Forwards until the sender closes. The end is noticed while bytes are withheld, too.
async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    number: u64,
    mut traffic: watch::Receiver<Traffic>,
) {
    let mut withheld = Vec::with_capacity(BUFFER_BYTES);
    loop {
        let is_forwarded = async {
            if withheld.is_empty() {
                return pending().await;
            }
            let is_open =
                |traffic: &Traffic| traffic.mode == Mode::Open && traffic.oldest <= number;
            traffic.wait_for(is_open).await.is_ok()
        };
        let mut received = Vec::with_capacity(BUFFER_BYTES);
        tokio::select! {
            read = from.read_buf(&mut received) => match read {
                Ok(1..) => withheld.append(&mut received),
                _ => return,
            },
            is_open = is_forwarded => {
                if !is_open || to.write_all(&withheld).await.is_err() {
                    return;
                }
                withheld.clear();
            }
        }
    }
}
