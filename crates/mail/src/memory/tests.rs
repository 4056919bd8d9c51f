use super::*;

#[tokio::test]
async fn keeps_letters_until_they_are_taken() {
    let memory = Memory::default();
    let other = memory.clone();
    let letter = Letter::new("bob@example.com", "Hello", "text", None).unwrap();

    other.send(&letter).await.unwrap();

    assert_eq!(memory.sent(), std::slice::from_ref(&letter));
    assert_eq!(memory.take(), [letter]);
    assert!(memory.take().is_empty());
    assert!(other.sent().is_empty());
}
