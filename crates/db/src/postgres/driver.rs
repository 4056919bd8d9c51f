//! The driver of a connection: the task that owns its socket.
//!
//! No future of a query is ever cut short. The driver closes the whole connection instead, and the query then fails.

use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Duration, Instant, sleep},
};
use tokio_postgres::Connection;

use super::watch::{Stalls, Task, Watch};

/// Drives a connection until it ends, its user abandons it, or the server does not answer in time.
pub(super) async fn drive<S, T>(
    mut connection: Connection<S, T>,
    watch: Arc<Watch>,
    stalls: Arc<Stalls>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    // One alarm for many statements: it is set again only after it went off.
    let mut alarm = pin!(sleep(Duration::ZERO));
    let mut is_set = false;
    poll_fn(|context| {
        loop {
            match connection.poll_message(context) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => {
                    tracing::debug!(%error, "a connection to PostgreSQL ended");
                    return Poll::Ready(());
                }
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Pending => break,
            }
        }
        loop {
            let deadline = match watch.task() {
                Task::Drive => return Poll::Pending,
                Task::Close => return Poll::Ready(()),
                Task::WaitUntil(deadline) => deadline,
            };
            if is_set && alarm.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if deadline <= Instant::now() {
                stalls.note();
                tracing::warn!("PostgreSQL does not answer; the connection is closed");
                return Poll::Ready(());
            }
            alarm.as_mut().reset(deadline);
            is_set = true;
        }
    })
    .await;
}
