//! The one place that reads the crates' errors. No `_` arm: a new variant must be placed here before the gateway compiles.

use loggia_db as db;
use loggia_identity as identity;

use super::{AuthFault, Code, NON_FIELD, Problem, Refusal};

impl From<identity::Error> for Problem {
    fn from(error: identity::Error) -> Self {
        use identity::{Error as E, Field, LinkFault};
        match error {
            E::NotFound => Self::NotFound,
            E::Taken { field } => {
                let name = match field {
                    Field::Email => "email",
                    Field::Username => "username",
                };
                Self::field(name, Code::Taken(field))
            }
            E::Weak(weaknesses) => {
                let mut faults = super::FieldErrors::default();
                faults.extend("password", weaknesses.into_iter().map(Code::Weak));
                Self::Invalid(faults)
            }
            E::BadCredentials => Self::Unauthenticated(AuthFault::Credentials),
            E::WrongPassword => Self::field("current_password", Code::WrongPassword),
            E::BadToken(fault) => Self::Unauthenticated(AuthFault::BodyToken(fault)),
            E::BadLink(LinkFault::Invalid | LinkFault::Expired) => {
                Self::field("token", Code::BadLinkToken)
            }
            E::AlreadyActive => Refusal::StaleToken.into(),
            E::LastSuperuser => Refusal::LastSuperuser.into(),
            E::Throttled { retry_after } => Self::Throttled { retry_after },
            E::Busy { retry_after } => Self::Unavailable { retry_after },
            E::Crypto(source) => Self::Internal(source),
            E::Store(source) => source.into(),
        }
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Self {
        use db::Error as E;
        match error {
            E::NotFound => Self::NotFound,
            E::Conflict | E::Unavailable(_) => {
                tracing::warn!(%error, "the database could not serve a request");
                Self::Unavailable {
                    retry_after: E::RETRY_AFTER,
                }
            }
            E::Full => {
                tracing::error!(%error, "a write was refused");
                Self::StorageFull
            }
            E::Unique(_)
            | E::ForeignKey(_)
            | E::SchemaNewer { .. }
            | E::Url(_)
            | E::Migration(_)
            | E::Query(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl Problem {
    /// The same fault under another field's name: surfaces call things differently.
    #[must_use]
    pub fn renamed(self, from: &str, to: &str) -> Self {
        let Self::Invalid(faults) = &self else {
            return self;
        };
        let mut renamed = super::FieldErrors::default();
        for (name, codes) in faults.iter() {
            let name = if name == from { to } else { name };
            renamed.extend(name, codes.iter().cloned());
        }
        Self::Invalid(renamed)
    }

    /// Login and password do not fit, where the seed answers 400 instead of 401.
    #[must_use]
    pub fn credentials_as_field(self) -> Self {
        if matches!(self, Self::Unauthenticated(AuthFault::Credentials)) {
            Self::field(NON_FIELD, Code::BadCredentials)
        } else {
            self
        }
    }
}
