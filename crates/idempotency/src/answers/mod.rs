//! Answering once.

use std::{sync::Arc, time::Duration};

use loggia_db::{self as db, Db};
use loggia_kernel::{Clock, Timestamp};

use crate::{
    Answer, Error, Request, Result,
    model::{NewAnswer, Stored},
    store,
    working::Working,
};

/// How long an answer is given again.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// How many answers are deleted in one transaction: so that none holds the write lock for long.
const PURGED_AT_ONCE: i64 = 500;

/// The answers that are kept. Cheap to clone.
#[derive(Clone)]
pub struct Answers {
    db: Db,
    clock: Arc<dyn Clock>,
    working: Working,
}

/// How a request came to its answer.
#[derive(Debug)]
pub enum Done<T> {
    /// It was done now.
    Now(T),
    /// It had been done before, and this was the answer.
    Before(Answer),
}

impl Answers {
    /// Keeps them in `db`, and dates them by `clock`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            working: Working::default(),
        }
    }

    /// Does `work`, unless it was done before under the request's key; then returns what was answered.
    ///
    /// `work` runs by [`Db::atomically`], whose rules it keeps. `answer_of` says what is kept of its outcome. Without an
    /// answer nothing is; an error undoes the changes of `work` in any case.
    ///
    /// # Errors
    /// What `work` returns; [`Error`]. Nothing is changed or kept in these cases, but for an error of `work` that has an
    /// answer.
    pub async fn once<T, E>(
        &self,
        request: &Request,
        work: impl Future<Output = std::result::Result<T, E>>,
        answer_of: impl Fn(&std::result::Result<T, E>) -> Option<Answer>,
    ) -> std::result::Result<Done<T>, E>
    where
        E: From<Error> + From<db::Error>,
    {
        let _until_the_end = self.working.claim(request)?;
        let mut unkept = None;
        let outcome = self
            .db
            .atomically(async {
                if let Some(answer) = self.begin(request).await? {
                    return Ok(Ok(Done::Before(answer)));
                }
                let outcome = self.db.atomically(work).await;
                let Some(answer) = answer_of(&outcome) else {
                    return outcome.map(|done| Ok(Done::Now(done)));
                };
                match (self.keep(request, &answer).await, outcome) {
                    (Ok(()), outcome) => Ok(outcome.map(Done::Now)),
                    (Err(error), Ok(_)) => Err(error.into()),
                    // Somebody dropped his transaction in the middle, and this one with it.
                    (Err(Error::Store(db::Error::Unavailable(_))), Err(refusal)) => {
                        unkept = Some(answer);
                        Err(refusal)
                    }
                    (Err(error), Err(_)) => Err(error.into()),
                }
            })
            .await;
        if let Some(answer) = unkept {
            self.keep_alone(request, &answer).await;
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
            let some = store::purge(&mut conn, now, PURGED_AT_ONCE).await?;
            purged += some;
            if some == 0 {
                return Ok(purged);
            }
        }
    }

    /// What was answered before, if anything was.
    async fn begin(&self, request: &Request) -> Result<Option<Answer>> {
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
                Err(Error::Reused)
            }
            Some(stored) => Ok(Some(stored.into())),
        }
    }

    async fn keep(&self, request: &Request, answer: &Answer) -> Result<()> {
        if answer.body.len() > Answer::MAX_BYTES {
            return Err(Error::TooLarge {
                bytes: answer.body.len(),
            });
        }
        let new = new_answer(request, answer, self.clock.now());
        let kept = store::insert(&mut *self.db.write().await?, &new).await;
        match kept {
            // The account went meanwhile: there is nobody who could ask again.
            Err(Error::Store(db::Error::ForeignKey(_))) => Ok(()),
            kept => kept,
        }
    }

    /// Keeps a refusal, of which there are no changes, by itself. If that fails, the client may be refused once more.
    async fn keep_alone(&self, request: &Request, answer: &Answer) {
        if let Err(error) = self.keep(request, answer).await {
            tracing::warn!(%error, "a refusal is not kept for its key");
        }
    }
}

fn new_answer<'a>(request: &'a Request, answer: &'a Answer, now: Timestamp) -> NewAnswer<'a> {
    NewAnswer {
        account_id: request.account,
        method: &request.method,
        path: request.kept_path(),
        key: request.key.as_str(),
        request_digest: request.fingerprint.as_str(),
        status: answer.status.into(),
        content_type: answer.content_type.as_deref(),
        body: &answer.body,
        created_at: now,
        expires_at: now.plus(KEPT_FOR),
    }
}

impl From<Stored> for Answer {
    fn from(stored: Stored) -> Self {
        Self {
            status: u16::try_from(stored.status).unwrap_or_default(),
            content_type: stored.content_type,
            body: stored.body,
        }
    }
}

#[cfg(test)]
mod tests;
