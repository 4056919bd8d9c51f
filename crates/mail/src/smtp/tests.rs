use std::sync::Arc;

use rstest::rstest;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const FROM: &str = "Loggia <noreply@localhost>";

/// A fake mail server with scripted replies that records the commands.
struct Sink {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

/// Replies to commands that begin with the word; all others succeed. An empty reply is silence.
type Replies = &'static [(&'static str, &'static str)];

impl Sink {
    async fn spawn(replies: Replies) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, replies, Arc::clone(&log)));
            }
        });
        Self { port, heard }
    }

    fn mailer(&self) -> Smtp {
        Smtp::new(&format!("smtp+insecure://127.0.0.1:{}", self.port), FROM).unwrap()
    }

    /// Returns the recorded lines that begin with `word`.
    fn heard(&self, word: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|line| line.starts_with(word)).cloned().collect()
    }
}

async fn converse(stream: TcpStream, replies: Replies, log: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await.unwrap();
    let mut in_body = false;
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        assert!(line.ends_with("\r\n"), "bare line feed in {line:?}");
        let said = std::mem::take(&mut line).trim_end().to_owned();
        log.lock().unwrap().push(said.clone());
        let word = match said.as_str() {
            "." if in_body => ".",
            _ if in_body => continue,
            command => command.split([' ', ':']).next().unwrap_or_default(),
        };
        let scripted = replies.iter().find(|(of, _)| *of == word);
        let reply = match (scripted, word) {
            (Some((_, reply)), _) => *reply,
            (None, "EHLO") => "250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME",
            (None, "AUTH") => "235 2.7.0 welcome",
            (None, "DATA") => "354 go on",
            (None, _) => "250 2.0.0 yes",
        };
        in_body = reply.starts_with("354");
        if !reply.is_empty() {
            let reply = format!("{reply}\r\n");
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    }
}

fn message() -> Message {
    Message::new(
        "bob@example.com",
        "Hello",
        "Dear Bob,\n.\nhttps://example.com/reset\n",
        Some("<p>Dear Bob</p>".to_owned()),
    )
    .unwrap()
}

#[tokio::test]
async fn delivers_an_email() {
    let sink = Sink::spawn(&[]).await;

    sink.mailer().send(&message()).await.unwrap();

    assert_eq!(sink.heard("MAIL"), ["MAIL FROM:<noreply@localhost>"]);
    assert_eq!(sink.heard("RCPT"), ["RCPT TO:<bob@example.com>"]);
    assert_eq!(sink.heard("Subject"), ["Subject: Hello"]);
    assert_eq!(sink.heard("https"), ["https://example.com/reset"]);
    // A line of one dot in the text does not end the email.
    assert_eq!(sink.heard("..").len(), 1);
}

#[tokio::test]
async fn keeps_the_connection_for_the_next_email() {
    let sink = Sink::spawn(&[]).await;
    let mailer = sink.mailer();

    for _ in 0..3 {
        mailer.send(&message()).await.unwrap();
    }

    assert_eq!(sink.heard("EHLO").len(), 1);
    assert_eq!(sink.heard("DATA").len(), 3);
}

#[tokio::test]
async fn logs_in_with_decoded_credentials() {
    let sink = Sink::spawn(&[]).await;
    let url = format!("smtp+insecure://us%65r:p%40ss@127.0.0.1:{}", sink.port);

    Smtp::new(&url, FROM).unwrap().send(&message()).await.unwrap();

    // Base64 of "\0user\0p@ss".
    assert_eq!(sink.heard("AUTH"), ["AUTH PLAIN AHVzZXIAcEBzcw=="]);
}

#[rstest]
#[case::sender(&[("MAIL", "550 5.7.1 no")], "550 5.7.1")]
#[case::recipient(&[("RCPT", "550 5.1.1 <bob@example.com> unknown")], "550 5.1.1")]
#[case::content(&[(".", "554 no")], "554")]
#[tokio::test]
async fn a_permanent_reply_rejects_the_email(#[case] replies: Replies, #[case] said: &str) {
    let sink = Sink::spawn(replies).await;

    let refused = sink.mailer().send(&message()).await.unwrap_err();

    let Error::Rejected { reply } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(reply.to_string(), said);
}

#[rstest]
#[case::greylisted(&[("RCPT", "451 4.7.1 <bob@example.com> later")], "451 4.7.1")]
#[case::full(&[(".", "452 4.3.1 no space")], "452 4.3.1")]
#[case::closing(&[("MAIL", "421 bye")], "421")]
#[case::login_wanted(&[("MAIL", "530 5.7.0 log in first")], "530 5.7.0")]
#[tokio::test]
async fn a_transient_reply_is_temporary(#[case] replies: Replies, #[case] said: &str) {
    let sink = Sink::spawn(replies).await;

    let refused = sink.mailer().send(&message()).await.unwrap_err();

    assert!(refused.is_temporary());
    let text = refused.to_string();
    assert!(text.ends_with(&format!("the server replied {said}")), "{text}");
}

#[tokio::test]
async fn a_wrong_password_is_temporary() {
    let sink = Sink::spawn(&[("AUTH", "535 5.7.8 wrong")]).await;
    let url = format!("smtp+insecure://user:secret@127.0.0.1:{}", sink.port);

    let refused = Smtp::new(&url, FROM).unwrap().send(&message()).await.unwrap_err();

    assert!(refused.is_temporary());
    assert!(!format!("{refused:?}").contains("secret"));
    assert!(sink.heard("MAIL").is_empty());
}

#[tokio::test]
async fn says_nothing_to_a_server_without_starttls() {
    let sink = Sink::spawn(&[]).await;
    let url = format!("smtp://user:pw@127.0.0.1:{}", sink.port);

    let refused = Smtp::new(&url, FROM).unwrap().send(&message()).await.unwrap_err();

    assert!(refused.is_temporary());
    assert!(sink.heard("AUTH").is_empty());
    assert!(sink.heard("MAIL").is_empty());
}

#[tokio::test]
async fn a_server_that_is_gone_is_temporary() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("smtp+insecure://{}", listener.local_addr().unwrap());
    drop(listener);

    let refused = Smtp::new(&url, FROM).unwrap().send(&message()).await.unwrap_err();

    assert!(refused.is_temporary());
}

#[rstest]
#[case::at_hello(&[("EHLO", "")])]
#[case::at_recipient(&[("RCPT", "")])]
#[case::after_the_text(&[(".", "")])]
#[tokio::test]
async fn a_silent_server_ends_with_the_limit(#[case] replies: Replies) {
    let sink = Sink::spawn(replies).await;
    let mailer = sink.mailer().with_timeout(Duration::from_millis(100));

    let refused = mailer.send(&message()).await.unwrap_err();

    assert!(refused.is_temporary());
    assert!(refused.to_string().contains("no reply within 100ms"));
    // The dialogue was cut short, so the connection must not be reused for the next email.
    assert!(mailer.idle.lock().unwrap().is_empty());
}

#[test]
fn shows_no_credentials() {
    let mailer = Smtp::new("smtps://user:secret@mail.example.com", FROM).unwrap();

    let shown = format!("{mailer:?}");

    assert!(shown.contains("smtps://***@mail.example.com:465"), "{shown}");
    assert!(!shown.contains("user") && !shown.contains("secret"), "{shown}");
}
