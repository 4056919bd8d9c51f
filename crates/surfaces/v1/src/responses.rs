//! Parts of responses that several operations share.

use loggia_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use loggia_http::{dialect::Ninja, response::Reply};

/// A message about the result.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeOut {
    #[schema(example = "Password changed successfully.")]
    detail: &'static str,
}

/// Returns a message about the result.
pub(crate) fn notice(detail: &'static str) -> loggia_http::response::Response<Ninja> {
    Ok(Reply::ok(&NoticeOut { detail }))
}

/// Formats a time: UTC, with microseconds. Source: docs/contract/v1.md «Request bodies».
pub(crate) fn moment(moment: Timestamp) -> String {
    moment.to_rfc3339()
}
