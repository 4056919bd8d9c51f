//! Background work: jobs from the queue, and the daily tidying.

use std::{sync::Arc, time::Duration};

use loggia_http::error::chain;
use loggia_jobs::{Handler, Worker};
use tokio_util::sync::CancellationToken;

use crate::{Services, email::EmailSender};

/// Jobs that run at once. They wait for other machines most of the time.
const CONCURRENCY: usize = 4;

/// How often tokens, sessions and answers that are of no use any more are deleted.
const PURGE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The first time is soon after the start, for servers that are restarted every day, but not in the way of it.
const FIRST_PURGE_AFTER: Duration = Duration::from_secs(5 * 60);

/// A worker that does every kind of job that there is. Tests drain it; production runs it by [`run`].
pub fn of(services: &Services) -> Worker {
    let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(EmailSender::new(services))];
    Worker::new(services.queue.clone(), handlers, CONCURRENCY)
}

/// Does background work until `stop` is cancelled; then ends what runs, within 20 seconds, and hands back the rest.
pub async fn run(services: Services, stop: CancellationToken) {
    let purging = tokio::spawn(purge_daily(services.clone(), stop.clone()));
    of(&services).run(stop.cancelled_owned()).await;
    if let Err(error) = purging.await {
        tracing::error!(%error, "the daily purge did not end well");
    }
}

/// Only waiting is given up for the stop, never a statement on its way to the database.
async fn purge_daily(services: Services, stop: CancellationToken) {
    let mut rest = FIRST_PURGE_AFTER;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(rest) => {}
        }
        purge(&services).await;
        rest = PURGE_EVERY;
    }
}

/// Deletes one-time tokens, sessions and answers of requests that are of no use any more. What fails is logged, and tried again tomorrow.
pub async fn purge(services: &Services) {
    match services.one_time.purge().await {
        Ok(count) => tracing::info!(count, "expired one-time tokens deleted"),
        Err(error) => tracing::error!(error = chain(&error), "one-time tokens not purged"),
    }
    match services.sessions.purge().await {
        Ok(count) => tracing::info!(count, "expired sessions deleted"),
        Err(error) => tracing::error!(error = chain(&error), "sessions not purged"),
    }
    match services.answers.purge().await {
        Ok(count) => tracing::info!(count, "answers of old requests deleted"),
        Err(error) => tracing::error!(error = chain(&error), "answers not purged"),
    }
}
