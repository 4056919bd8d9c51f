//! Support for the `Idempotency-Key` header. Source: docs/contract/v1.md «Idempotency».
//!
//! A handler enables it in three places: `IdempotencyKey` in its `params(...)`, an argument `idempotency: IdempotencyKey`,
//! and [`IdempotencyKey::run`] around its service calls. Validation and permission checks come before that call.

mod body_digest;

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, web::Data};
use loggia_db::{TransactionBody, Work};
use loggia_idempotency::{IdempotencyKeys, Key, Outcome, Request, Response as StoredResponse};
use loggia_kernel::AccountId;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    dialect::{Dialect, Reject},
    error::{Problem, Refusal},
    response::{Reply, Response},
};

pub use self::body_digest::{BodyDigest, KEY};

/// The idempotency key of a request, if any.
pub struct IdempotencyKey(Option<KeyedRequest>);

/// A request with an idempotency key.
struct KeyedRequest {
    keys: Result<IdempotencyKeys, Problem>,
    key: Result<Key, Refusal>,
    method: String,
    path: String,
    digest: BodyDigest,
}

impl IdempotencyKey {
    /// Runs `body`, unless it already ran under the request's key; in that case, replays the stored response.
    ///
    /// With a key, the changes of `body` and the stored response are one transaction, and `body` must follow the rules of
    /// [`Work::transaction`]. Success and client errors are stored, the latter with their changes rolled back; internal
    /// errors and errors that allow a retry are not. Without a key, `body` runs in `work` as it is. Call it after
    /// validating the request's body and checking the caller's membership.
    ///
    /// # Errors
    /// Returns the error of `body`; [`Refusal::BadIdempotencyKey`], [`Refusal::IdempotencyKeyReused`],
    /// [`Refusal::IdempotencyKeyInUse`].
    pub async fn run<D, F>(self, work: &mut Work, account: AccountId, body: F) -> Response<D>
    where
        D: Dialect,
        F: for<'w> TransactionBody<'w, Reply<D>, Reject<D>>,
    {
        self.run_for(work, account, |_| Ok(()), body).await
    }

    /// Runs `body` as [`IdempotencyKey::run`] does, for handlers whose access check depends on the response:
    /// `check_replay` checks a stored response before it is replayed.
    ///
    /// # Errors
    /// As [`IdempotencyKey::run`]; the error of `check_replay`.
    pub async fn run_for<D, F>(
        self,
        work: &mut Work,
        account: AccountId,
        check_replay: impl FnOnce(&StoredResponse) -> Result<(), Problem>,
        body: F,
    ) -> Response<D>
    where
        D: Dialect,
        F: for<'w> TransactionBody<'w, Reply<D>, Reject<D>>,
    {
        let Some(keyed) = self.0 else {
            return body(work).await;
        };
        let request = Request {
            account,
            key: keyed.key?,
            method: keyed.method,
            path: keyed.path,
            fingerprint: keyed.digest.fingerprint(),
        };
        match keyed.keys?.run(work, &request, body, response_of).await? {
            Outcome::Executed(reply) => Ok(reply),
            Outcome::Replayed(stored) => {
                check_replay(&stored)?;
                Ok(Reply::replay(&stored))
            }
        }
    }
}

/// Returns the response to store for an outcome, if any.
fn response_of<D: Dialect>(outcome: &Response<D>) -> Option<StoredResponse> {
    match outcome {
        Ok(reply) => reply.to_stored(),
        Err(reject) => response_of_error(reject),
    }
}

/// Returns the response to store for an error. Transient errors are not stored. Neither are errors of the caller's
/// identity, which every request checks first.
fn response_of_error<D: Dialect>(reject: &Reject<D>) -> Option<StoredResponse> {
    let problem = reject.problem();
    if matches!(problem, Problem::Internal(_)) {
        return None;
    }
    let (status, body) = D::render(problem);
    let is_stored = status.is_client_error()
        && status != StatusCode::UNAUTHORIZED
        && status != StatusCode::REQUEST_TIMEOUT
        && status != StatusCode::TOO_MANY_REQUESTS;
    is_stored.then(|| StoredResponse {
        status: status.as_u16(),
        content_type: Some(D::CONTENT_TYPE.to_owned()),
        body: body.to_string().into_bytes(),
    })
}

impl FromRequest for IdempotencyKey {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(BodyDigest::of(request).map(|digest| {
            KeyedRequest {
                keys: keys(request),
                key: key(request),
                method: request.method().as_str().to_owned(),
                // The normalized path: the middleware has handled the trailing slash.
                path: request.path().to_owned(),
                digest,
            }
        }))))
    }
}

/// Returns the application's store of responses.
fn keys(request: &HttpRequest) -> Result<IdempotencyKeys, Problem> {
    let keys = request.app_data::<Data<IdempotencyKeys>>();
    let keys = keys.map(|keys| IdempotencyKeys::clone(keys));
    keys.ok_or_else(|| Problem::Internal("the application holds no `IdempotencyKeys`".into()))
}

/// Returns the key if the header occurs exactly once and is valid.
fn key(request: &HttpRequest) -> Result<Key, Refusal> {
    let mut values = request.headers().get_all(KEY);
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::BadIdempotencyKey);
    };
    std::str::from_utf8(value.as_bytes())
        .ok()
        .and_then(|text| Key::parse(text).ok())
        .ok_or(Refusal::BadIdempotencyKey)
}

/// Documents the header. For operations with it, `docs` adds the possible responses.
impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(Key::MAX_CHARS))
            .pattern(Some("^[!-~]+$"))
            .build();
        vec![
            ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(
                    "Identifies the request; 1 to 128 characters. A request that is repeated within 24 hours with the \
                     same key and body is not executed again: the response of the first one is sent again, with \
                     `Idempotency-Replayed: true`.",
                ))
                .schema(Some(text))
                .build(),
        ]
    }
}
