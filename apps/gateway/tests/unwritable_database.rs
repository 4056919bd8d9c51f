//! A start on an SQLite file that cannot be written.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows `unwrap` in tests, but not in the functions that they share"
)]

use std::{
    fs::OpenOptions,
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Runs a command until it ends by itself, and returns whether it succeeded and what it printed to standard error.
fn run(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_loggia"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stderr.take().unwrap();
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| sender.send(text))
    });
    let printed = printed.recv_timeout(Duration::from_secs(60));
    // A server that started in spite of the file must not outlive the test.
    let _ = child.kill();
    let status = child.wait().unwrap();
    // An error means that the program did not end.
    (status.success(), printed.unwrap())
}

#[test]
fn a_read_only_file_prevents_the_start() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["migrate"]).0);
    // SQLite only reads a file whose write version it does not know. Unlike the file's permissions, that also binds root.
    let mut file =
        OpenOptions::new().write(true).open(folder.path().join("data/loggia.db")).unwrap();
    file.seek(SeekFrom::Start(18)).unwrap();
    file.write_all(&[3]).unwrap();

    let (is_success, printed) = run(folder.path(), &["serve", "--bind", "127.0.0.1:0"]);

    assert!(!is_success);
    assert!(printed.contains("LOGGIA_DATABASE_URL: the database cannot be written"), "{printed}");
    assert!(printed.contains("readonly"), "{printed}");
}

/// `/proc` accepts no files, not even those of root.
#[cfg(target_os = "linux")]
#[test]
fn a_directory_without_room_for_the_file_prevents_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let url = "sqlite:///proc/loggia.db";

    let (is_success, printed) =
        run(folder.path(), &["serve", "--bind", "127.0.0.1:0", "--database-url", url]);

    assert!(!is_success);
    assert!(printed.contains("LOGGIA_DATABASE_URL: the database cannot be opened"), "{printed}");
    assert!(printed.contains("unable to open database file"), "{printed}");
}
