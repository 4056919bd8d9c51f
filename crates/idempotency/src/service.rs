//! The service that runs requests at most once.

use std::{sync::Arc, time::Duration};

use loggia_db::{self as db, TransactionBody, Work};
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
    /// Creates the store with timestamps from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, in_flight: InFlight::default() }
    }

    /// Runs `body` unless it already ran under the request's key; in that case, returns the stored response.
    ///
    /// The key, the changes of `body` and the stored response are one transaction. `body` runs in a savepoint of it, and
    /// must follow the rules of [`Work::transaction`]. `response_of` returns the response to store, or `None` to store
    /// nothing. An error of `body` always rolls its changes back.
    ///
    /// # Errors
    /// Returns the error of `body`, or [`Error`]. Changes are rolled back. Nothing is stored, unless `response_of`
    /// returns a response for the error of `body`.
    pub async fn run<T, E, F>(
        &self,
        work: &mut Work,
        request: &Request,
        body: F,
        response_of: impl Fn(&std::result::Result<T, E>) -> Option<Response> + Send + Sync,
    ) -> std::result::Result<Outcome<T>, E>
    where
        F: for<'w> TransactionBody<'w, T, E>,
        T: Send,
        E: From<Error> + From<db::Error> + Send,
    {
        let _until_the_end = self.in_flight.claim(request)?;
        work.transaction(async |work: &mut Work| {
            if let Some(response) = self.find_replay(work, request).await? {
                return Ok(Ok(Outcome::Replayed(response)));
            }
            let outcome = work.transaction(&body).await;
            let Some(response) = response_of(&outcome) else {
                return outcome.map(|done| Ok(Outcome::Executed(done)));
            };
            self.save(work, request, &response).await?;
            Ok(outcome.map(Outcome::Executed))
        })
        .await?
    }

    /// Deletes expired responses and returns their number. Call it outside a transaction.
    ///
    /// # Errors
    /// [`Error::Store`]; some responses may be deleted by then.
    pub async fn purge(&self, work: &mut Work) -> Result<usize> {
        let now = self.clock.now();
        let mut purged = 0;
        loop {
            let some = store::purge(work, now, PURGE_BATCH).await?;
            purged += some;
            if some == 0 {
                return Ok(purged);
            }
        }
    }

    /// Locks the request and returns the stored response, if any.
    async fn find_replay(&self, work: &mut Work, request: &Request) -> Result<Option<Response>> {
        if !store::lock(work, request).await? {
            return Err(Error::InProgress);
        }
        match store::find(work, request).await? {
            None => Ok(None),
            Some(stored) if stored.expires_at <= self.clock.now() => {
                store::delete(work, stored.id).await?;
                Ok(None)
            }
            Some(stored) if stored.request_digest != request.fingerprint.as_str() => {
                Err(Error::KeyReused)
            }
            Some(stored) => Ok(Some(stored.into())),
        }
    }

    async fn save(&self, work: &mut Work, request: &Request, response: &Response) -> Result<()> {
        if response.body.len() > Response::MAX_BYTES {
            return Err(Error::TooLarge { bytes: response.body.len() });
        }
        let now = self.clock.now();
        let saved = work
            .transaction(async |work| {
                store::insert(work, &new_response(request, response, now)).await
            })
            .await;
        match saved {
            // The account does not exist any more, so no client can repeat the request.
            Err(Error::Store(db::Error::ForeignKey(_))) => Ok(()),
            saved => saved,
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
