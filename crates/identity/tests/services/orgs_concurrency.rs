//! Concurrent changes of organizations.

use std::sync::Arc;

use loggia_identity::{
    Account, Accounts, Error, MemberRef, NewAccount, NewUsername, OrgError, OrgRole, Organizations,
    Result,
};
use loggia_kernel::OrgId;

use crate::{
    assert_refused,
    fixtures::{Fixture, at_once, email, username},
    orgs::{group, join, roles},
};

/// Returns the number of an organization's owners with an active account.
async fn active_owners(fixture: &Fixture, id: OrgId) -> usize {
    let mut count = 0;
    for (slug, role) in roles(fixture, id).await {
        let account =
            fixture.accounts.by_username(&mut fixture.work(), &username(&slug)).await.unwrap();
        count += usize::from(role == OrgRole::Owner && account.is_active);
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_concurrent_groups_with_one_name_get_different_slugs() {
    let fixture = Fixture::new().await;
    let founder = fixture.register("founder").await;
    let outcomes = at_once(20, |n| {
        let (fixture, founder) = (Arc::clone(&fixture), founder.id);
        async move {
            if n % 4 == 0 {
                let founded =
                    fixture.organizations.create(&mut fixture.work(), founder, "jane").await;
                return founded.map(|membership| membership.organization.slug);
            }
            let address = email(&format!("jane@{n}.example"));
            let new = NewAccount::new(NewUsername::FromLocalPart, Some(address), None);
            let account = fixture.accounts.register(&mut fixture.work(), new).await?;
            let own = fixture.organizations.personal_of(&mut fixture.work(), account.id).await?;
            Ok(own.slug)
        }
    })
    .await;
    let mut slugs: Vec<_> =
        outcomes.into_iter().map(|outcome| outcome.unwrap().to_string()).collect();
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_concurrent_additions_one_succeeds() {
    let fixture = Fixture::new().await;
    let [owner, other] = [fixture.register("owner").await, fixture.register("other").await];
    let id = group(&fixture, &owner, "Acme").await;

    let outcomes = at_once(20, |_| {
        let (fixture, by, name) = (Arc::clone(&fixture), owner.id, other.username.clone());
        async move {
            let member = MemberRef::Username(&name);
            fixture.organizations.add(&mut fixture.work(), by, id, member, OrgRole::Member).await
        }
    })
    .await;

    let (added, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(added.len(), 1);
    for outcome in refused {
        assert_refused!(outcome, Error::Organization(OrgError::AlreadyMember));
    }
    assert_eq!(roles(&fixture, id).await.len(), 2);
}

/// The operation of one owner on an organization with two.
#[derive(Clone, Copy, Debug)]
enum Deed {
    DemotesOther,
    RemovesOther,
    Leaves,
    StepsDown,
    IsDeleted,
    IsShutOut,
    PromotesThird,
}

impl Deed {
    const ALL: [Self; 7] = [
        Self::DemotesOther,
        Self::RemovesOther,
        Self::Leaves,
        Self::StepsDown,
        Self::IsDeleted,
        Self::IsShutOut,
        Self::PromotesThird,
    ];

    async fn done(self, fixture: &Fixture, id: OrgId, by: &Account, other: &Account) -> Result<()> {
        let orgs = &fixture.organizations;
        let (own, others) = (by.slug.as_str(), other.slug.as_str());
        match self {
            Self::DemotesOther => {
                let done =
                    orgs.set_role(&mut fixture.work(), by.id, id, others, OrgRole::Member).await;
                done.map(drop)
            }
            Self::RemovesOther => orgs.remove(&mut fixture.work(), by.id, id, others).await,
            Self::Leaves => orgs.remove(&mut fixture.work(), by.id, id, own).await,
            Self::StepsDown => {
                let done = orgs.set_role(&mut fixture.work(), by.id, id, own, OrgRole::Admin).await;
                done.map(drop)
            }
            Self::IsDeleted => fixture.accounts.delete(&mut fixture.work(), by.id).await,
            Self::IsShutOut => {
                fixture.accounts.set_active(&mut fixture.work(), by.id, false).await.map(drop)
            }
            Self::PromotesThird => {
                let done =
                    orgs.set_role(&mut fixture.work(), by.id, id, "plain", OrgRole::Owner).await;
                done.map(drop)
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_changes_leave_at_least_one_owner() {
    let fixture = Fixture::new().await;
    let plain = fixture.register("plain").await;
    for (round, (one, other)) in
        Deed::ALL.into_iter().flat_map(|one| Deed::ALL.map(|other| (one, other))).enumerate()
    {
        let pair = [
            fixture.register(&format!("one{round}")).await,
            fixture.register(&format!("two{round}")).await,
        ];
        let id = group(&fixture, &pair[0], "Acme").await;
        join(&fixture, &pair[0], id, &pair[1], OrgRole::Owner).await;
        join(&fixture, &pair[0], id, &plain, OrgRole::Member).await;

        let outcomes = at_once(2, |n| {
            let (fixture, pair) = (Arc::clone(&fixture), pair.clone());
            let deed = [one, other][n];
            async move { deed.done(&fixture, id, &pair[n], &pair[1 - n]).await }
        })
        .await;

        assert!(active_owners(&fixture, id).await > 0, "{one:?} and {other:?}");
        for outcome in outcomes {
            match outcome {
                Ok(())
                | Err(Error::NotFound | Error::SoleOwner { .. } | Error::Organization(_)) => {}
                Err(error) => panic!("{one:?} and {other:?}: {error:?}"),
            }
        }
        for account in pair {
            // The third account's memberships stay below the limit.
            let _ = fixture.organizations.delete(&mut fixture.work(), account.id, id).await;
        }
        let _ = fixture.organizations.delete(&mut fixture.work(), plain.id, id).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_concurrently_deactivated_new_owner_does_not_count_as_an_owner() {
    let fixture = Fixture::new().await;
    for round in 0..10 {
        let [owner, heir, plain] = [
            fixture.register(&format!("owner{round}")).await,
            fixture.register(&format!("heir{round}")).await,
            fixture.register(&format!("plain{round}")).await,
        ];
        let id = group(&fixture, &owner, "Acme").await;
        join(&fixture, &owner, id, &plain, OrgRole::Member).await;

        at_once(2, |n| {
            let (fixture, owner, heir) = (Arc::clone(&fixture), owner.clone(), heir.clone());
            async move {
                if n == 0 {
                    if round % 2 == 0 {
                        let _ =
                            fixture.accounts.set_active(&mut fixture.work(), heir.id, false).await;
                    } else {
                        let _ = fixture.accounts.delete(&mut fixture.work(), heir.id).await;
                    }
                    return;
                }
                let member = MemberRef::Username(&heir.username);
                let orgs = &fixture.organizations;
                if orgs.add(&mut fixture.work(), owner.id, id, member, OrgRole::Owner).await.is_ok()
                {
                    let _ =
                        orgs.remove(&mut fixture.work(), owner.id, id, owner.slug.as_str()).await;
                }
            }
        })
        .await;

        assert!(active_owners(&fixture, id).await > 0);
    }
}
