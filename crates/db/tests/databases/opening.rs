//! What can be opened, and what is said of what cannot.

use loggia_db::{Backend, Db, Error};

async fn refusal(url: &str) -> Error {
    match Db::open(url, 1).await {
        Err(error) => error,
        Ok(_) => panic!("{url} opens"),
    }
}

#[tokio::test]
async fn a_url_must_be_understood() {
    for url in [
        "",
        "loggia.db",
        "mysql://localhost/loggia",
        "sqlite:",
        "sqlite://",
        "sqlite:///tmp/loggia.db?mode=memory",
        "postgres://localhost/loggia?sslmode=perhaps",
        "postgres://localhost/loggia?no_such_parameter=1",
        "postgres://host:notaport/loggia",
    ] {
        let error = refusal(url).await;
        assert!(matches!(error, Error::Url(_)), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn a_path_that_cannot_be_opened_is_not_available() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("text"), "this is no database, but a text that is long enough")
        .unwrap();
    for path in [path.join("no/such/folder/loggia.db"), path.to_owned(), path.join("text")] {
        let error = refusal(&format!("sqlite://{}", path.display())).await;
        assert!(matches!(error, Error::Unavailable(_)), "{}: {error:?}", path.display());
    }
}

/// A service starts before its database, and reports that it is not available.
#[tokio::test]
async fn a_server_that_is_not_there_is_not_available() {
    let db = Db::open("postgres://absent@127.0.0.1:1/loggia", 1).await.unwrap();
    assert_eq!(db.backend(), Backend::Postgres);
    let outcome = db.ping().await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
}
