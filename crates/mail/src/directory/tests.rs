use super::*;

const FROM: &str = "Loggia <noreply@localhost>";

fn message(subject: &str) -> Message {
    Message::new(
        "bob@example.com",
        subject,
        "Open this:\n\nhttps://example.com/reset?token=abc\n",
        Some("<p>Open this</p>".to_owned()),
    )
    .unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn writes_one_file_per_email_in_order() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("data/mail");
    let mailer = Directory::new(&folder, FROM).unwrap();

    for number in 0..20 {
        mailer.send(&message(&format!("Email {number}"))).await.unwrap();
    }

    let files = files(&folder);
    assert_eq!(files.len(), 20);
    for (number, file) in files.iter().enumerate() {
        assert!(file.extension().is_some_and(|end| end == "eml"));
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(&format!("Subject: Email {number}\r\n")));
    }
}

#[tokio::test]
async fn writes_a_whole_message() {
    let root = tempfile::tempdir().unwrap();
    let mailer = Directory::new(root.path(), FROM).unwrap();

    mailer.send(&message("Grüße")).await.unwrap();

    let text = fs::read_to_string(&files(root.path())[0]).unwrap();
    for line in [
        "From: Loggia <noreply@localhost>",
        "To: bob@example.com",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Subject: =?utf-8?b?R3LDvMOfZQ==?=",
        "https://example.com/reset?token=abc",
        "<p>Open this</p>",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
    }
    for start in ["Date: ", "Message-ID: <", "Content-Type: multipart/alternative"] {
        assert!(text.contains(&format!("\r\n{start}")), "{start} in {text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn hides_emails_from_other_users() {
    use std::os::unix::fs::PermissionsExt;

    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("mail");
    let mailer = Directory::new(&folder, FROM).unwrap();

    mailer.send(&message("Hello")).await.unwrap();

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&files(&folder)[0]), 0o600);
}

#[tokio::test]
async fn calls_a_folder_that_cannot_be_made_temporary() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let mailer = Directory::new(file.join("mail"), FROM).unwrap();

    let refused = mailer.send(&message("Hello")).await.unwrap_err();

    assert!(refused.is_temporary());
}
