//! Conversion of domain errors to [`Problem`]. No `_` arm: the crate does not compile until a new variant is mapped
//! here.

use loggia_application as application;
use loggia_contacts as contacts;
use loggia_content as content;
use loggia_db as db;
use loggia_idempotency as idempotency;
use loggia_identity as identity;
use loggia_rbac as rbac;
use loggia_storage as storage;
use loggia_tagging as tagging;

use super::{AuthFault, Code, NON_FIELD, Problem, Refusal};

impl From<application::Error> for Problem {
    fn from(error: application::Error) -> Self {
        use application::Error as E;
        match error {
            E::Unauthenticated(reason) => AuthFault::AccessToken(reason).into(),
            E::Forbidden => Self::Forbidden,
            E::UnknownRole(name) => Self::field("role", Code::NotAChoice(name)),
            E::Identity(source) => source.into(),
            E::Rbac(source) => source.into(),
            E::Content(source) => source.into(),
            E::Store(source) => source.into(),
        }
    }
}

impl From<identity::Error> for Problem {
    fn from(error: identity::Error) -> Self {
        use identity::{Error as E, Field, LinkError, OrgError};
        match error {
            E::NotFound => Self::NotFound,
            E::Taken { field } => {
                let name = match field {
                    Field::Email => "email",
                    Field::Username => "username",
                };
                Self::field(name, Code::Taken(field))
            }
            E::WeakPassword(weaknesses) => {
                let mut faults = super::FieldErrors::default();
                faults.extend("password", weaknesses.into_iter().map(Code::Weak));
                Self::Invalid(faults)
            }
            E::InvalidCredentials => Self::Unauthenticated(AuthFault::Credentials),
            E::WrongPassword => Self::field("current_password", Code::WrongPassword),
            E::InvalidToken(fault) => Self::Unauthenticated(AuthFault::BodyToken(fault)),
            E::InvalidLink(LinkError::Invalid | LinkError::Expired) => {
                Self::field("token", Code::BadLinkToken)
            }
            E::AlreadyActive => Self::Forbidden,
            E::LastSuperuser => Refusal::LastSuperuser.into(),
            E::SelfAction => Refusal::Oneself.into(),
            E::SoleOwner { organizations } => Refusal::SoleOwner(organizations).into(),
            E::Organization(fault) => match fault {
                OrgError::Unknown => Refusal::UnknownOrganization.into(),
                OrgError::RoleTooSmall => Self::Forbidden,
                OrgError::AlreadyMember => Refusal::AlreadyMember.into(),
                OrgError::LastOwner => Refusal::LastOwner.into(),
                OrgError::TooMany => Refusal::TooManyOrganizations.into(),
                OrgError::Personal => Refusal::PersonalOrganization.into(),
            },
            E::Throttled { retry_after } => Self::Throttled { retry_after },
            E::Busy { retry_after } => Self::Unavailable { retry_after },
            E::Crypto(source) => Self::Internal(source),
            E::Store(source) => source.into(),
        }
    }
}

impl From<rbac::Error> for Problem {
    fn from(error: rbac::Error) -> Self {
        use rbac::{Error as E, Field};
        match error {
            E::NotFound => Self::NotFound,
            E::Taken { field: Field::RoleName } => Self::field("name", ROLE_EXISTS),
            E::Taken { field: Field::Codename } => Self::field("codename", CODENAME_EXISTS),
            E::UnknownPermission(id) => {
                Self::field("permission_ids", Code::NoSuchPk(id.get().to_string()))
            }
            E::UnknownRole(id) => Self::field("role", Code::NoSuchPk(id.get().to_string())),
            E::UnknownAccount(id) => Self::field("user", Code::NoSuchPk(id.to_string())),
            E::AlreadyAssigned => {
                Self::field(NON_FIELD, Code::NotUniqueTogether(&["user", "role"]))
            }
            E::Protected | E::PrivilegeEscalation => Self::Forbidden,
            E::Store(source) => source.into(),
        }
    }
}

/// The error of a taken role name. Source: docs/contract/drf.md «Fields».
pub const ROLE_EXISTS: Code = Code::Exists { kind: "role", field: "name" };

/// The error of a taken codename. Source: docs/contract/drf.md «Fields».
pub const CODENAME_EXISTS: Code = Code::Exists { kind: "permission", field: "codename" };

impl From<content::Error> for Problem {
    fn from(error: content::Error) -> Self {
        use content::Error as E;
        match error {
            E::NotFound => Self::NotFound,
            E::SlugTaken { kind } => Self::field("slug", slug_exists(kind)),
            E::Store(source) => source.into(),
        }
    }
}

/// Returns the error of a taken slug. Django names a model by the words of its class's name.
/// Source: the recorded `services.create.dup`; Django 5.2, `db/models/options.py`, `verbose_name`; for the others the
/// nouns of docs/contract/api.md «Content».
pub fn slug_exists(kind: content::Kind) -> Code {
    let kind = match kind {
        content::Kind::Service => "service",
        content::Kind::Project => "project",
        content::Kind::Blog => "blog entry",
    };
    Code::Exists { kind, field: "slug" }
}

impl From<contacts::Error> for Problem {
    fn from(error: contacts::Error) -> Self {
        use contacts::Error as E;
        match error {
            // `Gone`: deleted by another request in the meantime.
            E::NotFound | E::Gone => Self::NotFound,
            E::Store(source) => source.into(),
        }
    }
}

impl From<tagging::Error> for Problem {
    fn from(error: tagging::Error) -> Self {
        use tagging::Error as E;
        match error {
            E::NotFound => Self::NotFound,
            E::Taken => Refusal::TagTaken.into(),
            E::SlugConflict => Refusal::TagSlugShared.into(),
            E::Store(source) => source.into(),
        }
    }
}

impl From<idempotency::Error> for Problem {
    fn from(error: idempotency::Error) -> Self {
        use idempotency::Error as E;
        match error {
            E::InProgress => Refusal::IdempotencyKeyInUse.into(),
            E::KeyReused => Refusal::IdempotencyKeyReused.into(),
            E::TooLarge { .. } => Self::Internal(Box::new(error)),
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
                Self::Unavailable { retry_after: E::RETRY_AFTER }
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
            | E::Aborted
            | E::Query(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Self {
        use storage::Error as E;
        match error {
            E::Full => {
                tracing::error!(%error, "a file was refused");
                Self::StorageFull
            }
            E::Failed(_) => {
                tracing::warn!(error = %super::chain(&error), "the storage could not serve a request");
                Self::Unavailable { retry_after: db::Error::RETRY_AFTER }
            }
            E::Url | E::Directory(_) | E::Key => Self::Internal(Box::new(error)),
        }
    }
}

impl Problem {
    /// Moves the errors of a field to another name, because surfaces name fields differently.
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
}
