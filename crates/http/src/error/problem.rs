//! Why a request is not answered as asked: one vocabulary for the whole gateway.

use std::time::Duration;

use actix_web::http::Method;
use loggia_identity::{TokenFault, passwords::Weakness};

use super::{Code, FieldErrors, Kind};

/// Why a request is not answered as asked, in terms that any surface can render.
///
/// No status codes, no prose, no JSON: those belong to a [`Dialect`](crate::dialect::Dialect).
#[derive(Debug)]
pub enum Problem {
    /// Fields of the request are at fault; all of them are named.
    Invalid(FieldErrors),
    /// The body cannot be parsed.
    Malformed,
    /// The body claims to be a multipart form, and cannot be parsed as one.
    MalformedForm,
    /// The body is JSON, but no object. `None` for `null`.
    NotAnObject(Option<Kind>),
    /// The request breaks a rule for which the surface has a sentence.
    Refused(Refusal),
    /// Who asks is not known.
    Unauthenticated(AuthFault),
    /// Who asks is known, and may not.
    Forbidden,
    /// There is no such thing, or no such path.
    NotFound,
    /// The path knows no such method.
    MethodNotAllowed(Method),
    /// The client accepts no form in which the answer could come.
    NotAcceptable,
    /// The body is of a type that is not read here: this one.
    UnsupportedMediaType(String),
    /// The body is larger than anything sensible.
    TooLarge,
    /// The client stopped sending in the middle of its body.
    TooSlow,
    /// Too many of these in too little time.
    Throttled {
        /// When the next one is looked at.
        retry_after: Duration,
    },
    /// Nothing wrong with the request, but it cannot be served now.
    Unavailable {
        /// When it is worth another attempt.
        retry_after: Duration,
    },
    /// Nothing can be stored any more.
    StorageFull,
    /// A fault of ours. Logged once, where it is rendered; the client never sees the cause.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// Why it is not known who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFault {
    /// No credentials, or of a scheme that is not understood.
    NotGiven,
    /// The scheme's word, and not exactly one word behind it.
    MalformedHeader,
    /// As [`AuthFault::MalformedHeader`], with nothing behind the word, where opaque tokens are accepted.
    NoToken,
    /// As [`AuthFault::MalformedHeader`], with more than one word behind it, where opaque tokens are accepted.
    TokenWithSpaces,
    /// The access token in the header is refused.
    AccessToken(TokenFault),
    /// The opaque token in the header is refused.
    OpaqueToken(TokenFault),
    /// The token in the body, of whatever kind, is refused.
    BodyToken(TokenFault),
    /// Login and password do not fit.
    Credentials,
    /// The same, because the password is no text: nobody can have it (`users`).
    PasswordNotText,
}

/// A rule for which some surface has a sentence of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Log-in without an address (`users`).
    EmailRequired,
    /// Log-in without a password (`users`).
    PasswordRequired,
    /// Log-out or refresh without a refresh token (`users`).
    RefreshRequired,
    /// Log-out with a refresh token that is refused (`users`).
    BadRefresh,
    /// A body that is no object, where no field is named either (`users`). `None` for `null`.
    NotAnObject(Option<Kind>),
    /// Fields of a token endpoint that are missing or empty, in the request's order (`v1`).
    TokenFields(Vec<&'static str>),
    /// Registration with an address that is in use (`v1`).
    EmailInUse,
    /// Change to an address that is in use (`v1`).
    EmailTaken,
    /// The same, found when the change is confirmed (`v1`).
    EmailTakenMeanwhile,
    /// Not an address (`v1`).
    InvalidEmail,
    /// The old password does not fit (`v1`).
    WrongOldPassword,
    /// The new password is empty (`v1`).
    EmptyPassword,
    /// The new password is too weak (`v1`).
    WeakPassword(Vec<Weakness>),
    /// A mailed token is unknown, used or replaced (`v1`).
    BadLink,
    /// A mailed token is too old (`v1`).
    ExpiredLink,
    /// A user name of the wrong length (`v1`).
    UsernameLength,
    /// An empty user name (`v1`).
    UsernameEmpty,
    /// A user name with characters that may not stand in one (`v1`).
    UsernameCharset,
    /// A user name that is in use (`v1`).
    UsernameTaken,
    /// Activation of an active account (`djoser`): forbidden rather than wrong.
    StaleToken,
    /// An upload without a link that is good for it (`api`).
    BadUploadLink,
    /// An upload of another type than its link was made for (`api`).
    WrongUploadType,
    /// The last active superuser stays.
    LastSuperuser,
    /// Nobody shuts out, demotes or deletes himself where he does so to others.
    Oneself,
    /// An organisation that does not exist, or that the caller is not in (`v1`).
    UnknownOrganization,
    /// Who should become a member is one (`v1`).
    AlreadyMember,
    /// The last owner of an organisation stays (`v1`).
    LastOwner,
    /// Somebody would be in more organisations than anybody may (`v1`).
    TooManyOrganizations,
    /// A personal organisation takes no members and is not deleted by itself (`v1`).
    PersonalOrganization,
    /// Another tag of the organisation has this name or slug (`v1`).
    TagTaken,
    /// Two different names of tags lead to one slug (`v1`).
    TagSlugShared,
    /// Tags cannot be ordered like this (`v1`).
    TagOrdering,
    /// `Idempotency-Key` is empty, too long, or no text.
    BadIdempotencyKey,
    /// The key belongs to a request with another payload.
    IdempotencyKeyReused,
    /// The first request of the key is not answered yet.
    IdempotencyKeyInUse,
    /// A search of more words than it may have (`v1`).
    TooManyTerms,
    /// A cursor that is none of this list (`v1`).
    BadCursor,
    /// An account cannot go: these organisations, by their names, would be left with members and no owner.
    SoleOwner(Vec<String>),
}

impl Problem {
    /// One fault of one field.
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

impl From<AuthFault> for Problem {
    fn from(fault: AuthFault) -> Self {
        Self::Unauthenticated(fault)
    }
}
