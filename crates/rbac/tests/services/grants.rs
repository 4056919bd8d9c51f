//! Effective permissions of accounts.

use loggia_rbac::{Actor, Assignments, Roles, codename};

use crate::world::{World, root};

#[tokio::test]
async fn an_account_has_the_permissions_of_all_its_roles() {
    let world = World::new().await;
    let actor = world.holder("actor", &[codename::VIEW_USERS]).await;
    let second = world.role("Second", &[codename::VIEW_ROLES]).await;
    let has_permission = |codename: &'static str| {
        let world = &world;
        async move {
            let codenames = ["nothing", codename];
            let outcome = world
                .assignments
                .has_any_permission(&mut world.work(), actor.account, &codenames)
                .await;
            outcome.unwrap()
        }
    };

    assert!(has_permission(codename::VIEW_USERS).await);
    assert!(!has_permission(codename::VIEW_ROLES).await);
    world
        .assignments
        .ensure_assigned(&mut world.work(), root(), actor.account, second.id)
        .await
        .unwrap();
    assert!(has_permission(codename::VIEW_ROLES).await);
    world.roles.delete(&mut world.work(), root(), second.id).await.unwrap();
    assert!(!has_permission(codename::VIEW_ROLES).await);
    let none = world.assignments.has_any_permission(&mut world.work(), actor.account, &[]).await;
    assert!(!none.unwrap());
}

#[tokio::test]
async fn compares_the_permissions_of_two_accounts() {
    let world = World::new().await;
    let low = world.holder("low", &[codename::VIEW_USERS]).await;
    let high = world.holder("high", &[codename::VIEW_USERS, codename::MANAGE_USERS]).await;
    let other = world.holder("other", &[codename::VIEW_ROLES]).await;
    let without_roles =
        Actor { account: world.account("without-roles").await, is_superuser: false };

    for (account, actor, expected) in [
        (high, low, true),
        (low, high, false),
        (low, low, false),
        (other, high, true),
        (without_roles, low, false),
        (low, without_roles, true),
        (high, root(), false),
    ] {
        let exceeds = world.assignments.exceeds(&mut world.work(), account.account, actor).await;
        assert_eq!(exceeds.unwrap(), expected, "{account:?} {actor:?}");
    }
}
