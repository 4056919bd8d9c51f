//! The envelope of successful responses. Source: docs/contract/users.md «Envelope».

use serde::Serialize;
use utoipa::ToSchema;

/// The value of `status` in every successful response.
const SUCCESS: &str = "success";

/// A successful response without data.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageOut {
    #[schema(example = "success")]
    status: &'static str,
    #[schema(example = "Service is running")]
    message: &'static str,
}

impl MessageOut {
    pub(super) fn new(message: &'static str) -> Self {
        Self { status: SUCCESS, message }
    }
}

/// A successful response with data.
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
        Self { status: SUCCESS, message, data }
    }
}
