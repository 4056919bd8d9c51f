//! Repeated requests, and how long they are replayed.

use std::time::Duration;

use loggia_db::Work;
use loggia_kernel::AccountId;

use super::{World, execute, replayed, request, response, write};
use crate::{Error, Fingerprint, Request, Result, service::Outcome};

#[tokio::test]
async fn a_second_attempt_changes_nothing_and_replays_the_response() {
    let world = World::new().await;
    let first = world.run(&request("k"), "a").await;
    assert!(matches!(first, Ok(Outcome::Executed(text)) if text == "a"));

    let again = replayed(world.run(&request("k"), "b").await);
    let (db, keys) = world.replica().await;
    let elsewhere = write(&keys, &mut db.work(), &request("k"), "c").await;

    assert_eq!(again, response(201, "a"));
    assert_eq!(replayed(elsewhere), response(201, "a"));
    assert_eq!(world.notes().await, 1);
}

#[tokio::test]
async fn a_key_counts_for_one_account_method_and_path() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let others = [
        request("l"),
        Request { account: AccountId::new(2), ..request("k") },
        Request { method: "PUT".to_owned(), ..request("k") },
        Request { path: "/other/".to_owned(), ..request("k") },
        Request { path: format!("/{}/", "x".repeat(8000)), ..request("k") },
    ];
    for other in &others {
        let done = world.run(other, "b").await;
        assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
        replayed(world.run(other, "c").await);
    }
    assert_eq!(world.notes().await, 6);
}

#[tokio::test]
async fn rejects_another_payload() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let other = Request { fingerprint: Fingerprint::of("", b"another"), ..request("k") };

    let refused = world.run(&other, "b").await;

    assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
    assert_eq!(world.notes().await, 1);
}

#[tokio::test]
async fn a_key_expires_after_a_day_and_its_response_is_purged() {
    let world = World::new().await;
    let mut work = world.db.work();
    world.run(&request("k"), "a").await.unwrap();
    world.run(&request("l"), "b").await.unwrap();
    world.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    replayed(world.run(&request("k"), "c").await);
    assert_eq!(world.keys.purge(&mut work).await.unwrap(), 0);
    world.clock.advance(Duration::from_secs(1));

    let done = world.run(&request("k"), "d").await;

    assert!(matches!(done, Ok(Outcome::Executed(text)) if text == "d"));
    assert_eq!((world.notes().await, world.responses().await), (3, 2));
    assert_eq!(world.keys.purge(&mut work).await.unwrap(), 1);
    assert_eq!(world.responses().await, 1);
    replayed(world.run(&request("k"), "e").await);
}

#[tokio::test]
async fn responses_are_deleted_with_their_account() {
    let world = World::new().await;
    world.run(&request("k"), "a").await.unwrap();
    let delete = async |work: &mut Work| -> Result<String> {
        execute(work, "DELETE FROM accounts WHERE id = 1").await?;
        Ok("deleted".to_owned())
    };

    // The account no longer exists, so nothing can be stored for its own deletion.
    let done = world.send("l", delete).await;

    assert!(matches!(done, Ok(Outcome::Executed(_))), "{done:?}");
    assert_eq!(world.responses().await, 0);
}
