//! The service that runs requests at most once.

use std::{sync::Arc, time::Duration};

use loggia_db::{self as db, Db};
use loggia_kernel::{Clock, Timestamp};

use crate::{
    Error, Request, Response, Result,
    in_flight::InFlight,
    model::{NewResponse, StoredResponse},
    store,
};

/// Time for which a response is replayed.
const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Maximum responses deleted in one transaction, so that no transaction holds the write lock for long.
const PURGE_BATCH: i64 = 500;

/// The store of responses. Cheap to clone.
#[derive(Clone)]
pub struct IdempotencyKeys {
    db: Db,
    clock: Arc<dyn Clock>,
    in_flight: InFlight,
}

/// The outcome of a request.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The request was executed by this call.
    Executed(T),
    /// The request was executed before; this is its stored response.
    Replayed(Response),
}

impl IdempotencyKeys {
    /// Creates the store on `db` with timestamps from `clock`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            in_flight: InFlight::default(),
        }
    }

    /// Runs `work` unless it already ran under the request's key; in that case, returns the stored response.
    ///
    /// `work` runs in [`Db::atomically`] and must follow its rules. `response_of` returns the response to store, or `None` to
    /// store nothing. An error of `work` always rolls its changes back.
    ///
    /// # Errors
    /// Returns the error of `work`, or [`Error`]. Changes are rolled back. Nothing is stored, unless `response_of`
    /// returns a response for the error of `work`.
    pub async fn run<T, E>(
        &self,
        request: &Request,
        work: impl Future<Output = std::result::Result<T, E>>,
        response_of: impl Fn(&std::result::Result<T, E>) -> Option<Response>,
    ) -> std::result::Result<Outcome<T>, E>
    where
        E: From<Error> + From<db::Error>,
    {
        let _until_the_end = self.in_flight.claim(request)?;
        let mut unsaved = None;
        let outcome = self
            .db
            .atomically(async {
                if let Some(response) = self.find_replay(request).await? {
                    return Ok(Ok(Outcome::Replayed(response)));
                }
                let outcome = self.db.atomically(work).await;
                let Some(response) = response_of(&outcome) else {
                    return outcome.map(|done| Ok(Outcome::Executed(done)));
                };
                match (self.save(request, &response).await, outcome) {
                    (Ok(()), outcome) => Ok(outcome.map(Outcome::Executed)),
                    (Err(error), Ok(_)) => Err(error.into()),
                    // Another task dropped its transaction midway, which aborted this one too.
                    (Err(Error::Store(db::Error::Unavailable(_))), Err(refusal)) => {
                        unsaved = Some(response);
                        Err(refusal)
                    }
                    (Err(error), Err(_)) => Err(error.into()),
                }
            })
            .await;
        if let Some(response) = unsaved {
            self.save_separately(request, &response).await;
        }
        outcome?
    }

    /// Deletes expired responses and returns their number.
    ///
    /// # Errors
    /// [`Error::Store`]; some responses may be deleted by then.
    pub async fn purge(&self) -> Result<usize> {
        let now = self.clock.now();
        let mut purged = 0;
        loop {
            let mut conn = self.db.write().await?;
            let some = store::purge(&mut conn, now, PURGE_BATCH).await?;
            purged += some;
            if some == 0 {
                return Ok(purged);
            }
        }
    }

    /// Returns the stored response, if any.
    async fn find_replay(&self, request: &Request) -> Result<Option<Response>> {
        let mut conn = self.db.read().await?;
        if !store::lock(&mut conn, request).await? {
            return Err(Error::InProgress);
        }
        let found = store::find(&mut conn, request).await?;
        drop(conn);
        match found {
            None => Ok(None),
            Some(stored) if stored.expires_at <= self.clock.now() => {
                store::delete(&mut *self.db.write().await?, stored.id).await?;
                Ok(None)
            }
            Some(stored) if stored.request_digest != request.fingerprint.as_str() => {
                Err(Error::KeyReused)
            }
            Some(stored) => Ok(Some(stored.into())),
        }
    }

    async fn save(&self, request: &Request, response: &Response) -> Result<()> {
        if response.body.len() > Response::MAX_BYTES {
            return Err(Error::TooLarge {
                bytes: response.body.len(),
            });
        }
        let new = new_response(request, response, self.clock.now());
        let kept = store::insert(&mut *self.db.write().await?, &new).await;
        match kept {
            // The account was deleted concurrently, so no client can repeat the request.
            Err(Error::Store(db::Error::ForeignKey(_))) => Ok(()),
            kept => kept,
        }
    }

    /// Stores the response to a failed request in a transaction of its own. If that fails, a retry may run `work`
    /// again.
    async fn save_separately(&self, request: &Request, response: &Response) {
        if let Err(error) = self.save(request, response).await {
            tracing::warn!(%error, "a refusal is not kept for its key");
        }
    }
}

fn new_response<'a>(
    request: &'a Request,
    response: &'a Response,
    now: Timestamp,
) -> NewResponse<'a> {
    NewResponse {
        account_id: request.account,
        method: &request.method,
        path: request.stored_path(),
        key: request.key.as_str(),
        request_digest: request.fingerprint.as_str(),
        status: response.status.into(),
        content_type: response.content_type.as_deref(),
        body: &response.body,
        created_at: now,
        expires_at: now.plus(RETENTION),
    }
}

impl From<StoredResponse> for Response {
    fn from(stored: StoredResponse) -> Self {
        Self {
            status: u16::try_from(stored.status).unwrap_or_default(),
            content_type: stored.content_type,
            body: stored.body,
        }
    }
}

#[cfg(test)]
mod tests;
