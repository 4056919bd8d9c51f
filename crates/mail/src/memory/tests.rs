use super::*;

#[tokio::test]
async fn keeps_emails_until_they_are_taken() {
    let memory = Memory::default();
    let other = memory.clone();
    let message = Message::new("bob@example.com", "Hello", "text", None).unwrap();

    other.send(&message).await.unwrap();

    assert_eq!(memory.sent(), std::slice::from_ref(&message));
    assert_eq!(memory.take(), [message]);
    assert!(memory.take().is_empty());
    assert!(other.sent().is_empty());
}
