//! Requests that are answered once: the header `Idempotency-Key`. Source: docs/contract/v1.md «Idempotency».
//!
//! A handler switches it on in three places: `IdempotencyKey` among its `params(...)`, `once: IdempotencyKey` among its arguments, and
//! [`IdempotencyKey::run`] around its calls of services. Whatever refuses a request for what it says, or for who asks, comes before.

mod body_digest;

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header::HeaderName},
    web::Data,
};
use loggia_idempotency::{IdempotencyKeys, Key, Outcome, Request, Response as Kept};
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

pub use self::body_digest::Witness;

/// The header that names a request.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header of an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a request says of being sent twice.
pub struct IdempotencyKey(Option<Named>);

/// A request that its client has given a name.
struct Named {
    answers: Result<IdempotencyKeys, Problem>,
    key: Result<Key, Refusal>,
    method: String,
    path: String,
    witness: Witness,
}

impl IdempotencyKey {
    /// Does `work`, unless the request has a key under which it was done before: then the answer is the same again.
    ///
    /// With a key, `work` is one transaction ([`Db::atomically`](loggia_db::Db::atomically)) with the answer that is
    /// kept: success, and refusals, whose changes are undone. Faults of ours, and what a client is to try again, are not
    /// kept. Call it when the body is read and checked, and it is known that the caller belongs where he asks.
    ///
    /// # Errors
    /// What `work` returns; [`Refusal::BadIdempotencyKey`], [`Refusal::IdempotencyKeyReused`],
    /// [`Refusal::IdempotencyKeyInUse`].
    pub async fn run<D: Dialect>(
        self,
        account: AccountId,
        work: impl Future<Output = Response<D>>,
    ) -> Response<D> {
        self.run_for(account, |_| Ok(()), work).await
    }

    /// As [`IdempotencyKey::run`], where only the answer tells what the caller must be allowed to see: before it is given again,
    /// `may_hear` judges it.
    ///
    /// # Errors
    /// As [`IdempotencyKey::run`]; what `may_hear` returns.
    pub async fn run_for<D: Dialect>(
        self,
        account: AccountId,
        may_hear: impl FnOnce(&Kept) -> Result<(), Problem>,
        work: impl Future<Output = Response<D>>,
    ) -> Response<D> {
        let Some(named) = self.0 else {
            return work.await;
        };
        let request = Request {
            account,
            key: named.key?,
            method: named.method,
            path: named.path,
            fingerprint: named.witness.fingerprint(),
        };
        match named.answers?.run(&request, work, kept).await? {
            Outcome::Executed(reply) => Ok(reply),
            Outcome::Replayed(answer) => {
                may_hear(&answer)?;
                Ok(Reply::again(&answer))
            }
        }
    }
}

/// What is kept of an outcome.
fn kept<D: Dialect>(outcome: &Response<D>) -> Option<Kept> {
    match outcome {
        Ok(reply) => reply.kept(),
        Err(reject) => refusal(reject),
    }
}

/// A refusal is kept, but for what may be different a moment later, and for who asks, which is asked first every time.
fn refusal<D: Dialect>(reject: &Reject<D>) -> Option<Kept> {
    let problem = reject.problem();
    if matches!(problem, Problem::Internal(_)) {
        return None;
    }
    let (status, body) = D::render(problem);
    let is_kept = status.is_client_error()
        && status != StatusCode::UNAUTHORIZED
        && status != StatusCode::REQUEST_TIMEOUT
        && status != StatusCode::TOO_MANY_REQUESTS;
    is_kept.then(|| Kept {
        status: status.as_u16(),
        content_type: Some(D::CONTENT_TYPE.to_owned()),
        body: body.to_string().into_bytes(),
    })
}

impl FromRequest for IdempotencyKey {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Witness::of(request).map(|witness| Named {
            answers: answers(request),
            key: key(request),
            method: request.method().as_str().to_owned(),
            // The one form of all that lead here: `front` has seen to the slash.
            path: request.path().to_owned(),
            witness,
        }))))
    }
}

/// Returns the application's store of responses.
fn answers(request: &HttpRequest) -> Result<IdempotencyKeys, Problem> {
    let answers = request.app_data::<Data<IdempotencyKeys>>();
    let answers = answers.map(|answers| IdempotencyKeys::clone(answers));
    answers.ok_or_else(|| Problem::Internal("the application holds no `IdempotencyKeys`".into()))
}

/// The key, if there is exactly one and it is sound.
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

/// The header in the document. Where it stands, `docs` adds what it may be answered with.
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
                    "A name for the request, 1 to 128 characters. Sent again within 24 hours with the same name and body, \
                     it is not done again: the first answer is repeated, with `Idempotency-Replayed: true`.",
                ))
                .schema(Some(text))
                .build(),
        ]
    }
}
