//! Services for tests, and the settings that they reject.

use std::sync::Arc;

use loggia_identity::{
    SecretKey,
    passwords::{Hasher, Params},
};
use loggia_mail::Memory;
use loggia_storage::Storage;
use loggia_testkit::{FrozenClock, TestDb};

use super::{Parts, Services};
use crate::{
    config::{Options, tests::given},
    email,
};

/// Services on a database of their own, with a mailer that records emails.
pub(crate) struct Stage {
    pub(crate) services: Services,
    pub(crate) mail: Memory,
    pub(crate) clock: FrozenClock,
    _db: TestDb,
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let db = TestDb::open().await;
        let mail = Memory::default();
        let clock = FrozenClock::default();
        let services = Services::assemble(Parts {
            db: db.db(),
            mailer: Arc::new(mail.clone()),
            templates: email::templates(None).unwrap(),
            storage: Storage::open("memory://").expect("a store in memory"),
            hasher: Hasher::new(Params::cheap(), 2, 16),
            clock: Arc::new(clock.clone()),
            keys: SecretKey::new("0123456789abcdef0123456789abcdef").unwrap().into(),
            options: Options::default(),
        });
        Self { services, mail, clock, _db: db }
    }
}

#[tokio::test]
async fn names_the_setting_that_is_to_blame() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let check = async |flag: &str, value: &str, setting: &str| {
        let settings = given(&["--data-dir", data, flag, value]).unwrap();
        let Err(error) = Services::open(&settings).await else {
            panic!("{flag} {value} was taken");
        };
        let text = loggia_http::error::chain(&error);
        assert!(text.starts_with(setting), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    };
    check("--secret-key", "hunter2", "LOGGIA_SECRET_KEY").await;
    check("--secret-key-previous", "hunter2", "LOGGIA_SECRET_KEY_PREVIOUS_UNTIL").await;
    check("--bind", "0.0.0.0:8000", "LOGGIA_PUBLIC_URL").await;
    check("--database-url", "mysql://me:hunter2@host/db", "LOGGIA_DATABASE_URL").await;
    check("--database-url", "sqlite:///no/such/folder/x.db", "LOGGIA_DATABASE_URL").await;
    check("--mail-url", "ftp://me:hunter2@host", "LOGGIA_MAIL_URL").await;
    check("--mail-from", "invalid", "LOGGIA_MAIL_FROM").await;
    check("--mail-templates", "/no/such/folder", "LOGGIA_MAIL_TEMPLATES").await;
    check("--refresh-ttl", "1m", "LOGGIA_REFRESH_TTL").await;
    check("--data-dir", "/dev/null/data", "LOGGIA_DATA_DIR").await;
}
