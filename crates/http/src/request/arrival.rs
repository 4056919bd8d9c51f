//! The arrival of a request's body, which the guard waits for and the handler reads.

use std::{cell::RefCell, rc::Rc, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest,
    dev::Payload,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;

use super::idempotency::BodyDigest;
use crate::error::Problem;

/// Maximum size of a JSON or form body, in bytes. Source: docs/contract/README.md «Request limits».
const MAX_BYTES: usize = 64 * 1024;

/// Maximum pause of a client while it sends its body. Source: the same.
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// A body while it arrives. Clones share it.
#[derive(Clone)]
pub(crate) struct Arrival(Rc<RefCell<State>>);

enum State {
    Arriving {
        payload: Payload,
        digest: Option<BodyDigest>,
    },
    Ended(Result<Bytes, Problem>),
    /// The handler has read it, or another task waits for it.
    Taken,
}

impl Arrival {
    /// Takes the payload of a request, and makes it known to the guard by the request's extensions.
    pub(super) fn begin(request: &HttpRequest, payload: &mut Payload) -> Self {
        let digest = BodyDigest::of(request);
        let state = State::Arriving { payload: payload.take(), digest };
        let arrival = Self(Rc::new(RefCell::new(state)));
        request.extensions_mut().insert(arrival.clone());
        arrival
    }

    /// Returns the body that the handler of this request reads, if it reads one.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// Waits until the body has arrived or failed to.
    pub(crate) async fn wait(&self) {
        let state = self.0.replace(State::Taken);
        let state = match state {
            State::Arriving { payload, digest } => State::Ended(collect(payload, digest).await),
            state => state,
        };
        self.0.replace(state);
    }

    /// Waits for the body and returns it.
    ///
    /// # Errors
    /// [`Problem::Malformed`] if it did not arrive whole; [`Problem::TooLarge`]; [`Problem::TooSlow`].
    pub(super) async fn read(self) -> Result<Bytes, Problem> {
        self.wait().await;
        match self.0.replace(State::Taken) {
            State::Ended(outcome) => outcome,
            State::Arriving { .. } | State::Taken => {
                Err(Problem::Internal("a body was read twice".into()))
            }
        }
    }
}

async fn collect(mut payload: Payload, digest: Option<BodyDigest>) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    loop {
        let next = tokio::time::timeout(MAX_SILENCE, payload.next()).await;
        match next {
            Ok(None) => {
                if let Some(digest) = digest {
                    digest.set_body(&body);
                }
                return Ok(body.freeze());
            }
            Ok(Some(Ok(chunk))) if body.len() + chunk.len() <= MAX_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(Ok(_))) => return Err(Problem::TooLarge),
            Ok(Some(Err(error))) => {
                tracing::debug!(%error, "a body did not arrive whole");
                return Err(Problem::Malformed);
            }
            Err(_) => return Err(Problem::TooSlow),
        }
    }
}
