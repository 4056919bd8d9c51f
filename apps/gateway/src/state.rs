//! The services behind every surface, wired in the same way in production and in tests.

mod surfaces;

use std::sync::Arc;

use loggia_application::TaggableObjects;
use loggia_contacts::{Contacts, StoredContacts};
use loggia_content::{Entries, StoredEntries};
use loggia_db::{self as db, Db, Work};
use loggia_http::{auth::Authentication, encryption::TokenCipher, throttling::Throttles};
use loggia_idempotency::IdempotencyKeys;
use loggia_identity::{
    AccountAdministration, Accounts, LoginAttempts, OneTimeTokens, Organizations, Passwords,
    SecretKeys, Sessions, StoredAccounts, StoredOneTimeTokens, StoredOrganizations,
    StoredPasswords, StoredSessions,
    passwords::{Hasher, Params},
};
use loggia_jobs::Queue;
use loggia_kernel::{Clock, SystemClock};
use loggia_mail::{Mailer, Templates};
use loggia_rbac::{
    Assignments, Permissions, Roles, StoredAssignments, StoredPermissions, StoredRoles,
};
use loggia_storage::{self as storage, Storage};
use loggia_tagging::{StoredTags, Tags};

use crate::{
    config::{self, Options, Settings},
    email::{self, QueuedOutbox},
};

/// The services that handlers, the command line and the worker share. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The database: migrations, health checks, and the services that are created from it. Tables belong to the
    /// services.
    pub db: Db,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Administration of other users' accounts.
    pub administration: Arc<dyn AccountAdministration>,
    /// Sessions and tokens.
    pub sessions: Arc<dyn Sessions>,
    /// Password checks and changes.
    pub passwords: Arc<dyn Passwords>,
    /// One-time tokens, which are sent as links.
    pub one_time: Arc<dyn OneTimeTokens>,
    /// Organizations and their members.
    pub organizations: Arc<dyn Organizations>,
    /// Contacts of organizations.
    pub contacts: Arc<dyn Contacts>,
    /// Tags of organizations.
    pub tags: Arc<dyn Tags>,
    /// Permissions.
    pub permissions: Arc<dyn Permissions>,
    /// Roles.
    pub roles: Arc<dyn Roles>,
    /// Assignments of roles to accounts.
    pub assignments: Arc<dyn Assignments>,
    /// Services, projects and blog entries.
    pub entries: Arc<dyn Entries>,
    /// Stored responses of requests with an `Idempotency-Key`.
    pub idempotency_keys: IdempotencyKeys,
    /// The encryption of cursors.
    pub cursor_cipher: TokenCipher,
    /// The encryption of upload grants.
    pub upload_cipher: TokenCipher,
    /// The queue of background jobs.
    pub queue: Queue,
    /// The mailer.
    pub mailer: Arc<dyn Mailer>,
    /// The email templates.
    pub templates: Arc<Templates>,
    /// The file storage.
    pub storage: Storage,
    /// The pool of password hashing threads.
    pub hasher: Hasher,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Request throttles.
    pub throttles: Throttles,
    /// The server's options.
    pub options: Arc<Options>,
}

/// The parts that [`Services`] are assembled from.
pub struct Parts {
    /// An open database, migrated or not.
    pub db: Db,
    /// The mailer.
    pub mailer: Arc<dyn Mailer>,
    /// The email templates.
    pub templates: Templates,
    /// The file storage.
    pub storage: Storage,
    /// The pool of password hashing threads.
    pub hasher: Hasher,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The keys of all tokens.
    pub keys: SecretKeys,
    /// The server's options.
    pub options: Options,
}

/// An error of [`Services::open`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is invalid.
    #[error(transparent)]
    Setting(#[from] config::Error),

    /// The database cannot be opened.
    #[error("LOGGIA_DATABASE_URL: the database cannot be opened")]
    Database(#[source] db::Error),

    /// The file storage cannot be opened.
    #[error(
        "LOGGIA_STORAGE_URL: cannot be used; it must be file://DIR or memory:// (s3, gs and az are not supported yet)"
    )]
    Storage(#[source] storage::Error),

    /// The mailer or the templates cannot be opened.
    #[error("{setting}: cannot be used; it must be {form}")]
    Mail {
        /// The setting.
        setting: &'static str,
        /// The expected form of its value.
        form: &'static str,
        /// The cause.
        source: loggia_mail::Error,
    },
}

impl Services {
    /// Opens the services that the settings configure. Creates the data directory and the secret key if they are
    /// missing. Runs no migrations.
    ///
    /// Call it on the program's main runtime, because the database connections live there.
    ///
    /// # Errors
    /// [`Error`], which names the setting.
    pub async fn open(settings: &Settings) -> Result<Self, Error> {
        let options = Options::of(settings)?;
        settings.make_data_dir()?;
        let keys = settings.effective_secret_keys()?;
        let url = settings.effective_database_url()?;
        let db =
            Db::open(url.expose(), settings.database_pool.into()).await.map_err(Error::Database)?;
        let permits = settings.effective_hash_permits();
        Ok(Self::assemble(Parts {
            db,
            mailer: open_mailer(settings)?,
            templates: open_templates(settings)?,
            storage: open_storage(settings)?,
            hasher: Hasher::new(Params::default(), permits, Hasher::queue_for(permits)),
            clock: Arc::new(SystemClock),
            keys,
            options,
        }))
    }

    /// Assembles the services.
    pub fn assemble(parts: Parts) -> Self {
        let Parts { db, mailer, templates, storage, hasher, clock, keys, options } = parts;
        let policies = (options.passwords, options.session.policy);
        let attempts = login_attempts(&options, &clock);
        let queue = Queue::new(Arc::clone(&clock));
        let stored = Arc::new(StoredAccounts::new(
            hasher.clone(),
            options.session.policy,
            Arc::clone(&clock),
        ));
        let accounts: Arc<dyn Accounts> = stored.clone();
        let cipher = |purpose| TokenCipher::new(&keys, purpose, Arc::clone(&clock));
        let (cursor_cipher, upload_cipher) = (cipher("cursor"), cipher("upload"));
        let sessions = StoredSessions::new(
            hasher.clone(),
            attempts.clone(),
            keys,
            options.session,
            Arc::clone(&clock),
        );
        let passwords =
            StoredPasswords::new(hasher.clone(), attempts, policies, Arc::clone(&clock));
        let one_time = StoredOneTimeTokens::new(
            hasher.clone(),
            policies,
            Arc::new(QueuedOutbox::new(queue.clone())),
            Arc::clone(&clock),
        );
        let entries = StoredEntries::new(Arc::clone(&clock));
        let organizations = StoredOrganizations::new(Arc::clone(&clock));
        let contacts: Arc<dyn Contacts> = Arc::new(StoredContacts::new(Arc::clone(&clock)));
        let targets = TaggableObjects::new(Arc::clone(&contacts));
        let tags = StoredTags::new(Arc::new(targets));
        let assignments = StoredAssignments::new(Arc::clone(&clock));
        Self {
            idempotency_keys: IdempotencyKeys::new(Arc::clone(&clock)),
            db,
            accounts,
            administration: stored,
            sessions: Arc::new(sessions),
            passwords: Arc::new(passwords),
            one_time: Arc::new(one_time),
            organizations: Arc::new(organizations),
            entries: Arc::new(entries),
            contacts,
            tags: Arc::new(tags),
            permissions: Arc::new(StoredPermissions),
            roles: Arc::new(StoredRoles),
            assignments: Arc::new(assignments),
            cursor_cipher,
            upload_cipher,
            queue,
            mailer,
            templates: Arc::new(templates),
            storage,
            hasher,
            throttles: Throttles::new(options.is_rate_limited, Arc::clone(&clock)),
            clock,
            options: Arc::new(options),
        }
    }
}

impl Services {
    /// Returns a unit of work in auto mode: each statement is a transaction by itself.
    pub fn work(&self) -> Work {
        self.db.work()
    }

    /// Returns the services that verify credentials and permissions.
    pub fn authentication(&self) -> Authentication {
        Authentication {
            db: self.db.clone(),
            sessions: Arc::clone(&self.sessions),
            assignments: Arc::clone(&self.assignments),
            clock: Arc::clone(&self.clock),
        }
    }
}

fn login_attempts(options: &Options, clock: &Arc<dyn Clock>) -> LoginAttempts {
    let clock = Arc::clone(clock);
    if options.is_rate_limited {
        LoginAttempts::new(clock)
    } else {
        LoginAttempts::unlimited(clock)
    }
}

fn open_mailer(settings: &Settings) -> Result<Arc<dyn Mailer>, Error> {
    let url = settings.effective_mail_url()?;
    loggia_mail::open(url.expose(), &settings.mail.mail_from).map_err(|source| {
        let (setting, form) = match source {
            loggia_mail::Error::Invalid { what: "mail sender" } => {
                ("LOGGIA_MAIL_FROM", "an address, as Name <name@example.com>")
            }
            _ => (
                "LOGGIA_MAIL_URL",
                "file://DIR, smtp://user:password@host:port, smtps://... or smtp+insecure://...",
            ),
        };
        Error::Mail { setting, form, source }
    })
}

fn open_storage(settings: &Settings) -> Result<Storage, Error> {
    let url = settings.effective_storage_url()?;
    Storage::open(url.expose()).map_err(Error::Storage)
}

fn open_templates(settings: &Settings) -> Result<Templates, Error> {
    email::templates(settings.mail.mail_templates.clone()).map_err(|source| Error::Mail {
        setting: "LOGGIA_MAIL_TEMPLATES",
        form: "a directory of mail templates",
        source,
    })
}

#[cfg(test)]
pub(crate) mod tests;
