//! The envelope of what went well. Source: docs/contract/users.md «Envelope».

use serde::Serialize;
use utoipa::ToSchema;

/// What `status` says of everything that went well.
const SUCCESS: &str = "success";

/// An answer with nothing to tell but that it went well.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageOut {
    #[schema(example = "success")]
    status: &'static str,
    #[schema(example = "Service is running")]
    message: &'static str,
}

impl MessageOut {
    pub(super) fn new(message: &'static str) -> Self {
        Self {
            status: SUCCESS,
            message,
        }
    }
}

/// An answer in its envelope.
#[derive(Serialize, ToSchema)]
pub(super) struct SuccessOut<T> {
    #[schema(example = "success")]
    status: &'static str,
    #[schema(example = "Operation completed successfully")]
    message: &'static str,
    data: T,
}

impl<T> SuccessOut<T> {
    pub(super) fn new(message: &'static str, data: T) -> Self {
        Self {
            status: SUCCESS,
            message,
            data,
        }
    }
}
