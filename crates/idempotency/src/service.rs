//! Answering once.

use std::{sync::Arc, time::Duration};

use loggia_db::{self as db, Db};
use loggia_kernel::{Clock, Timestamp};

use crate::{
    Error, Request, Response, Result,
    in_flight::InFlight,
    model::{NewResponse, StoredResponse},
    store,
};

/// How long an answer is given again.
const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// How many answers are deleted in one transaction: so that none holds the write lock for long.
const PURGE_BATCH: i64 = 500;

/// The answers that are kept. Cheap to clone.
#[derive(Clone)]
pub struct IdempotencyKeys {
    db: Db,
    clock: Arc<dyn Clock>,
    in_flight: InFlight,
}

/// How a request came to its answer.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was done now.
    Executed(T),
    /// It had been done before, and this was the answer.
    Replayed(Response),
}

impl IdempotencyKeys {
    /// Keeps them in `db`, and dates them by `clock`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            in_flight: InFlight::default(),
        }
    }

    /// Does `work`, unless it was done before under the request's key; then returns what was answered.
    ///
    /// `work` runs by [`Db::atomically`], whose rules it keeps. `response_of` says what is kept of its outcome. Without an
    /// answer nothing is; an error undoes the changes of `work` in any case.
    ///
    /// # Errors
    /// What `work` returns; [`Error`]. Nothing is changed or kept in these cases, but for an error of `work` that has an
    /// answer.
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
                    // Somebody dropped his transaction in the middle, and this one with it.
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

    /// Deletes the answers that are no good any more, and says how many they were.
    ///
    /// # Errors
    /// [`Error::Store`]; some may be deleted by then.
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

    /// What was answered before, if anything was.
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
            // The account went meanwhile: there is nobody who could ask again.
            Err(Error::Store(db::Error::ForeignKey(_))) => Ok(()),
            kept => kept,
        }
    }

    /// Keeps a refusal, of which there are no changes, by itself. If that fails, the client may be refused once more.
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
