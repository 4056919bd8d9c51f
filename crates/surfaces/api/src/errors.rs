//! Errors that only this surface has. Source: docs/contract/api.md «Password reset», «Uploads».

use loggia_http::error::{Code, Rejection};

/// An invalid token of a password reset link, at `token`.
pub(crate) const INVALID_RESET_TOKEN: Code = Code::Rule("Invalid or expired token.");

/// An upload without a valid link.
pub(crate) const INVALID_UPLOAD_LINK: Rejection =
    Rejection::forbidden("This upload link is not valid, or no longer.");

/// An upload with another content type than its link permits.
pub(crate) const WRONG_UPLOAD_TYPE: Rejection =
    Rejection::forbidden("This upload link is for another Content-Type.");
