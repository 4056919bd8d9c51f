//! Statements and transactions of one group: each has its own outcome.

use loggia_db::{Error, Result};
use rstest::rstest;

use super::{Stage, put_alone, put_in_transaction};
use crate::things::{count, execute, put, put_dangling_label, seen};

#[rstest]
#[tokio::test]
async fn those_that_wait_together_share_a_commit(#[values(false, true)] are_transactions: bool) {
    let stage = Stage::set().await;
    let db = &stage.db;
    let put = async |n| match are_transactions {
        true => put_in_transaction(db, n).await,
        false => put_alone(db, n).await,
    };
    let before = stage.log_bytes();
    for n in 0..16 {
        put(n).await.unwrap();
    }
    let one_by_one = stage.log_bytes() - before;

    let before = stage.log_bytes();
    for outcome in stage.together((16..32).map(put)).await {
        outcome.unwrap();
    }

    let together = stage.log_bytes() - before;
    // Each commit writes the pages that it changed, and all change the same few.
    assert!(together * 8 < one_by_one, "{together} of {one_by_one}");
    assert_eq!(count(db).await, 32);
}

#[tokio::test]
async fn the_failure_of_one_statement_is_not_that_of_another() {
    let stage = Stage::set().await;
    let db = &stage.db;
    put(&mut db.work(), "taken", 0).await.unwrap();

    let outcomes = stage
        .together((1..=60).map(async |n| match n % 6 {
            // Fails at once.
            0 => put(&mut db.work(), "taken", n).await,
            // Fails at the commit, with the valid one before it.
            2 => put_dangling_label(&mut db.work()).await,
            // Undoes the whole transaction that it is part of.
            4 => {
                let sql = "INSERT OR ROLLBACK INTO things VALUES ('taken', 2, 1)";
                execute(&mut db.work(), sql).await
            }
            _ => put_alone(db, n).await,
        }))
        .await;

    assert_own_outcomes(outcomes);
    // Each once, whatever was undone around it.
    assert_eq!(count(db).await, 1 + 30);
}

#[tokio::test]
async fn the_failure_of_one_transaction_is_not_that_of_another() {
    let stage = Stage::set().await;
    let db = &stage.db;
    put(&mut db.work(), "taken", 0).await.unwrap();

    let outcomes = stage
        .together((1..=48).map(async |n| {
            match n % 6 {
                // Fails at once, and is rolled back.
                0 => {
                    db.transaction(async |work| {
                        put(work, &format!("jug{n}"), 100 + n).await?;
                        put(work, "taken", n).await
                    })
                    .await
                }
                // Fails at the commit of the group, with all the others.
                2 => db.transaction(async |work| put_dangling_label(work).await).await,
                // Undoes the group's transaction.
                4 => {
                    db.transaction(async |work| {
                        let sql = "INSERT OR ROLLBACK INTO things VALUES ('taken', 2, 1)";
                        execute(work, sql).await
                    })
                    .await
                }
                5 => put_alone(db, n).await,
                _ => put_in_transaction(db, n).await,
            }
        }))
        .await;

    assert_own_outcomes(outcomes);
    assert_eq!(count(db).await, 1 + 24);
}

/// Otherwise a caller could be told that a name is taken, and then not find who has it.
#[tokio::test]
async fn an_error_waits_for_the_changes_that_caused_it() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..3).map(async |n| {
            let outcome = db
                .transaction(async |work| match n {
                    // Makes the commit of the group come late.
                    2 => {
                        for place in 10..500 {
                            put(work, &format!("jug{place}"), place).await?;
                        }
                        Ok(())
                    }
                    n => put(work, "cup", n).await,
                })
                .await;
            (outcome, count(db).await)
        }))
        .await;

    let numbers: Vec<_> = outcomes.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [491, 491, 491]);
    let refused = &outcomes[1].0;
    assert!(matches!(refused, Err(Error::Unique(_))), "{refused:?}");
}

#[tokio::test]
async fn an_invalid_statement_fails_alone() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..9).map(async |n| match n % 3 {
            1 => execute(&mut db.work(), "NONSENSE").await,
            _ => put_alone(db, n).await,
        }))
        .await;

    for (n, outcome) in (0..).zip(outcomes) {
        match n % 3 {
            1 => assert!(matches!(outcome, Err(Error::Query(_))), "{n}: {outcome:?}"),
            _ => outcome.unwrap(),
        }
    }
    assert_eq!(count(db).await, 6);
}

#[tokio::test]
async fn a_transaction_sees_its_own_changes_and_those_before_it() {
    let stage = Stage::set().await;
    let db = &stage.db;

    let outcomes = stage
        .together((0..8).map(async |n| {
            db.transaction(async |work| {
                put(work, &format!("cup{n}"), n).await?;
                // Not those of one that was rolled back.
                if n % 2 == 1 {
                    return Err(Error::NotFound);
                }
                seen(work).await
            })
            .await
        }))
        .await;

    let numbers: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(count(db).await, 4);
}

/// Asserts that every second statement or transaction failed for its own reason, and that the others succeeded.
fn assert_own_outcomes(outcomes: Vec<Result<()>>) {
    for (n, outcome) in (1..).zip(outcomes) {
        match n % 6 {
            2 => assert!(matches!(outcome, Err(Error::ForeignKey(_))), "{n}: {outcome:?}"),
            0 | 4 => assert!(matches!(outcome, Err(Error::Unique(_))), "{n}: {outcome:?}"),
            _ => outcome.unwrap(),
        }
    }
}
