//! Background work: jobs of the queue and the daily purge.

use std::{sync::Arc, time::Duration};

use loggia_http::error::chain;
use loggia_jobs::{Handler, Worker};
use tokio_util::sync::CancellationToken;

use crate::{Services, email::EmailSender};

/// The number of jobs that run at once. They mostly wait for other machines.
const CONCURRENCY: usize = 4;

/// The interval between purges. Expired rows harm nothing, so once a day is enough.
const PURGE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The delay of the first purge. Short, for servers that restart every day, but after the load of the start.
const FIRST_PURGE_AFTER: Duration = Duration::from_secs(5 * 60);

/// Creates a worker with the handlers of all job kinds. Tests drain it; [`run`] runs it in production.
pub fn of(services: &Services) -> Worker {
    let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(email_sender(services))];
    Worker::new(services.db.clone(), services.queue.clone(), handlers, CONCURRENCY)
}

/// Creates the handler of email jobs.
pub(crate) fn email_sender(services: &Services) -> EmailSender {
    EmailSender {
        db: services.db.clone(),
        one_time: Arc::clone(&services.one_time),
        templates: Arc::clone(&services.templates),
        mailer: Arc::clone(&services.mailer),
        clock: Arc::clone(&services.clock),
        options: Arc::clone(&services.options),
    }
}

/// Runs background work until `stop` is cancelled. Then finishes running jobs within 20 seconds and releases the rest.
pub async fn run(services: Services, stop: CancellationToken) {
    let purging = tokio::spawn(purge_daily(services.clone(), stop.clone()));
    of(&services).run(stop.cancelled_owned()).await;
    if let Err(error) = purging.await {
        tracing::error!(%error, "the daily purge did not end well");
    }
}

/// Purges once a day. `stop` interrupts only the wait, never a statement.
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

/// Deletes expired one-time tokens, sessions and stored responses. An error is logged, and the next purge tries again.
pub async fn purge(services: &Services) {
    let mut work = services.work();
    match services.one_time.purge(&mut work).await {
        Ok(count) => tracing::info!(count, "expired one-time tokens deleted"),
        Err(error) => tracing::error!(error = chain(&error), "one-time tokens not purged"),
    }
    match services.sessions.purge(&mut work).await {
        Ok(count) => tracing::info!(count, "expired sessions deleted"),
        Err(error) => tracing::error!(error = chain(&error), "sessions not purged"),
    }
    match services.idempotency_keys.purge(&mut work).await {
        Ok(count) => tracing::info!(count, "responses of old requests deleted"),
        Err(error) => tracing::error!(error = chain(&error), "responses not purged"),
    }
}
