//! Commands whose output is not read to its end, as in `loggia config | head`.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

#[test]
fn ends_quietly_when_the_reader_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_loggia"))
        .args(["openapi"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Reads one line of a document that is larger than any pipe's buffer, and closes the pipe.
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    drop(output);

    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{:?}", ended.status);
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
