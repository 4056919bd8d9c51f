//! The error vocabulary of the HTTP layer.

use std::time::Duration;

use actix_web::http::Method;
use loggia_identity::TokenError;

use super::{Code, FieldErrors, Kind, Rejection};

/// An error of a request, in terms that every surface can render.
///
/// It has no status code, text or JSON. Those belong to a [`Dialect`](crate::dialect::Dialect).
#[derive(Debug)]
pub enum Problem {
    /// Fields are invalid. Every invalid field is listed.
    Invalid(FieldErrors),
    /// The body cannot be parsed.
    Malformed,
    /// The body is declared as a multipart form and cannot be parsed as one.
    MalformedForm,
    /// The body is JSON but not an object. `None` for `null`.
    NotAnObject(Option<Kind>),
    /// The request breaks a rule that has a text of its own.
    Refused(Refusal),
    /// The request breaks a rule of one surface.
    Rejected(Rejection),
    /// The caller is not authenticated.
    Unauthenticated(AuthFault),
    /// The caller does not have the permission.
    Forbidden,
    /// The resource or the path does not exist.
    NotFound,
    /// The path does not support this method.
    MethodNotAllowed(Method),
    /// The client accepts no media type that can be produced.
    NotAcceptable,
    /// The body has this media type, which is not supported.
    UnsupportedMediaType(String),
    /// The body is larger than the limit.
    TooLarge,
    /// The client paused for too long within the body.
    TooSlow,
    /// The rate limit is reached.
    Throttled {
        /// The time until the next request is accepted.
        retry_after: Duration,
    },
    /// The request is valid but cannot be served at present.
    Unavailable {
        /// The time after which a retry makes sense.
        retry_after: Duration,
    },
    /// The disk is full.
    StorageFull,
    /// An unexpected error. It is logged once, where it is rendered; the client never sees the cause.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The reason why a caller is not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFault {
    /// No credentials, or an unknown scheme.
    NotGiven,
    /// The scheme is not followed by exactly one word.
    MalformedHeader,
    /// As [`AuthFault::MalformedHeader`]: nothing follows the scheme. For surfaces that accept opaque tokens.
    NoToken,
    /// As [`AuthFault::MalformedHeader`]: several words follow the scheme. For surfaces that accept opaque tokens.
    TokenWithSpaces,
    /// The access token in the header is rejected.
    AccessToken(TokenError),
    /// The opaque token in the header is rejected.
    OpaqueToken(TokenError),
    /// The token in the body is rejected.
    BodyToken(TokenError),
    /// Wrong login or password.
    Credentials,
}

/// A broken rule that has a text of its own on some surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The change would leave no active superuser.
    LastSuperuser,
    /// Callers cannot deactivate, demote or delete their own account in the administration.
    Oneself,
    /// An organization that does not exist, or that the caller is not a member of (`v1`).
    UnknownOrganization,
    /// The account is already a member (`v1`).
    AlreadyMember,
    /// The change would leave an organization without an active owner (`v1`).
    LastOwner,
    /// The account would exceed the limit of organizations (`v1`).
    TooManyOrganizations,
    /// A personal organization accepts no members and cannot be deleted (`v1`).
    PersonalOrganization,
    /// Another tag of the organization has this name or slug (`v1`).
    TagTaken,
    /// Two different tag names have the same slug (`v1`).
    TagSlugShared,
    /// `Idempotency-Key` is empty, too long, or not a text.
    BadIdempotencyKey,
    /// The key belongs to a request with another payload.
    IdempotencyKeyReused,
    /// The first request with this key is still in progress.
    IdempotencyKeyInUse,
    /// An account cannot be removed, because these organizations would have members and no owner. Holds their names.
    SoleOwner(Vec<String>),
}

impl Problem {
    /// Returns the error of a single field.
    pub fn field(name: &'static str, code: Code) -> Self {
        let mut faults = FieldErrors::default();
        faults.add(name, code);
        Self::Invalid(faults)
    }
}

impl From<FieldErrors> for Problem {
    fn from(faults: FieldErrors) -> Self {
        Self::Invalid(faults)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<AuthFault> for Problem {
    fn from(fault: AuthFault) -> Self {
        Self::Unauthenticated(fault)
    }
}
