//! Groups: roles, owners and limits.

use loggia_identity::{Accounts, Error, MemberRef, OrgError, OrgKind, OrgRole, Organizations};
use loggia_kernel::OrgId;

use super::{group, join, member_of, only_own, roles};
use crate::{
    assert_refused,
    fixtures::{Fixture, address, password, person},
};

#[tokio::test]
async fn each_role_has_its_permissions_and_no_others() {
    let fixture = Fixture::new().await;
    let [owner, admin, plain, other] = [
        fixture.register("owner").await,
        fixture.register("admin").await,
        fixture.register("plain").await,
        fixture.register("other").await,
    ];
    let id = group(&fixture, &owner, "Acme").await;
    join(&fixture, &owner, id, &admin, OrgRole::Admin).await;
    join(&fixture, &admin, id, &plain, OrgRole::Member).await;
    let orgs = &fixture.organizations;
    let member = MemberRef::Username(&other.username);
    macro_rules! too_small {
        ($outcome:expr) => {
            assert_refused!($outcome.await, Error::Organization(OrgError::RoleTooSmall))
        };
    }

    too_small!(orgs.rename(&mut fixture.work(), plain.id, id, "X"));
    too_small!(orgs.add(&mut fixture.work(), plain.id, id, member, OrgRole::Member));
    too_small!(orgs.set_role(&mut fixture.work(), plain.id, id, "plain", OrgRole::Admin));
    too_small!(orgs.remove(&mut fixture.work(), plain.id, id, "admin"));
    too_small!(orgs.remove(&mut fixture.work(), plain.id, id, "absent"));
    too_small!(orgs.delete(&mut fixture.work(), plain.id, id));
    too_small!(orgs.add(&mut fixture.work(), admin.id, id, member, OrgRole::Owner));
    too_small!(orgs.set_role(&mut fixture.work(), admin.id, id, "admin", OrgRole::Owner));
    too_small!(orgs.set_role(&mut fixture.work(), admin.id, id, "owner", OrgRole::Member));
    too_small!(orgs.set_role(&mut fixture.work(), admin.id, id, "owner", OrgRole::Owner));
    too_small!(orgs.remove(&mut fixture.work(), admin.id, id, "owner"));
    too_small!(orgs.delete(&mut fixture.work(), admin.id, id));

    assert_eq!(
        orgs.rename(&mut fixture.work(), admin.id, id, "Acme 2").await.unwrap().role,
        OrgRole::Admin
    );
    orgs.set_role(&mut fixture.work(), admin.id, id, "plain", OrgRole::Admin).await.unwrap();
    orgs.set_role(&mut fixture.work(), admin.id, id, "plain", OrgRole::Member).await.unwrap();
    orgs.set_role(&mut fixture.work(), owner.id, id, "plain", OrgRole::Owner).await.unwrap();
    orgs.set_role(&mut fixture.work(), owner.id, id, "plain", OrgRole::Member).await.unwrap();
    orgs.remove(&mut fixture.work(), plain.id, id, "plain").await.unwrap();
    orgs.remove(&mut fixture.work(), admin.id, id, "admin").await.unwrap();
    assert_eq!(roles(&fixture, id).await, [("owner".to_owned(), OrgRole::Owner)]);
    orgs.delete(&mut fixture.work(), owner.id, id).await.unwrap();
    assert_eq!(only_own(&fixture, &owner).await.organization.kind, OrgKind::Personal);
}

#[tokio::test]
async fn unknown_and_foreign_organizations_get_the_same_error() {
    let fixture = Fixture::new().await;
    let [owner, stranger] = [fixture.register("owner").await, fixture.register("stranger").await];
    let id = group(&fixture, &owner, "Acme").await;
    let orgs = &fixture.organizations;
    let member = MemberRef::Username(&stranger.username);
    for id in [id, OrgId::new(4711)] {
        macro_rules! unknown {
            ($outcome:expr) => {
                assert_refused!($outcome.await, Error::Organization(OrgError::Unknown))
            };
        }
        unknown!(orgs.rename(&mut fixture.work(), stranger.id, id, "X"));
        unknown!(orgs.add(&mut fixture.work(), stranger.id, id, member, OrgRole::Member));
        unknown!(orgs.set_role(&mut fixture.work(), stranger.id, id, "owner", OrgRole::Member));
        unknown!(orgs.remove(&mut fixture.work(), stranger.id, id, "owner"));
        unknown!(orgs.remove(&mut fixture.work(), stranger.id, id, "stranger"));
        unknown!(orgs.delete(&mut fixture.work(), stranger.id, id));
    }
    for slug in ["stranger", "absent", "", "a\0b"] {
        let outcome = orgs.set_role(&mut fixture.work(), owner.id, id, slug, OrgRole::Admin).await;
        assert_refused!(outcome, Error::NotFound);
        assert_refused!(
            orgs.remove(&mut fixture.work(), owner.id, id, slug).await,
            Error::NotFound
        );
    }
    fixture.accounts.set_active(&mut fixture.work(), stranger.id, false).await.unwrap();
    let unknown = address("absent");
    for member in [member, MemberRef::Email(&unknown)] {
        let outcome = orgs.add(&mut fixture.work(), owner.id, id, member, OrgRole::Member).await;
        assert_refused!(outcome, Error::NotFound);
    }
}

#[tokio::test]
async fn a_sole_owner_cannot_leave_other_members() {
    let fixture = Fixture::new().await;
    let [owner, second, plain] = [
        fixture.register("owner").await,
        fixture.register("second").await,
        fixture.register("plain").await,
    ];
    let shared = group(&fixture, &owner, "Shared").await;
    let alone = group(&fixture, &owner, "Alone").await;
    join(&fixture, &owner, shared, &plain, OrgRole::Member).await;

    for outcome in [
        fixture.accounts.delete(&mut fixture.work(), owner.id).await,
        fixture.accounts.set_active(&mut fixture.work(), owner.id, false).await.map(drop),
    ] {
        match outcome {
            Err(Error::SoleOwner { organizations }) => assert_eq!(organizations, ["Shared"]),
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
    // An owner with an inactive account does not count.
    join(&fixture, &owner, shared, &second, OrgRole::Owner).await;
    fixture.accounts.set_active(&mut fixture.work(), second.id, false).await.unwrap();
    let outcome = fixture.accounts.delete(&mut fixture.work(), owner.id).await;
    assert_refused!(outcome, Error::SoleOwner { .. });
    let orgs = &fixture.organizations;
    for outcome in [
        orgs.remove(&mut fixture.work(), owner.id, shared, "owner").await,
        orgs.set_role(&mut fixture.work(), owner.id, shared, "owner", OrgRole::Admin)
            .await
            .map(drop),
    ] {
        assert_refused!(outcome, Error::Organization(OrgError::LastOwner));
    }

    fixture.accounts.set_active(&mut fixture.work(), second.id, true).await.unwrap();
    fixture.accounts.set_active(&mut fixture.work(), owner.id, false).await.unwrap();
    fixture.accounts.delete(&mut fixture.work(), owner.id).await.unwrap();
    let expected = [("second".to_owned(), OrgRole::Owner), ("plain".to_owned(), OrgRole::Member)];
    assert_eq!(roles(&fixture, shared).await, expected);
    // An organization is deleted together with its only member.
    assert!(roles(&fixture, alone).await.is_empty());
    let again = orgs.create(&mut fixture.work(), second.id, "Alone").await.unwrap();
    assert_eq!(again.organization.slug.as_str(), "alone");
}

#[tokio::test]
async fn memberships_cannot_exceed_the_limit() {
    let fixture = Fixture::new().await;
    let [busy, other] = [fixture.register("busy").await, fixture.register("other").await];
    for n in 1..200 {
        group(&fixture, &busy, &format!("group {n}")).await;
    }
    let outcome = fixture.organizations.create(&mut fixture.work(), busy.id, "one more").await;
    assert_refused!(outcome, Error::Organization(OrgError::TooMany));
    let id = group(&fixture, &other, "Acme").await;
    let member = MemberRef::Username(&busy.username);
    let outcome =
        fixture.organizations.add(&mut fixture.work(), other.id, id, member, OrgRole::Member).await;
    assert_refused!(outcome, Error::Organization(OrgError::TooMany));
    assert_eq!(member_of(&fixture, &busy).await.memberships.len(), 200);
}

#[tokio::test]
async fn a_deleted_account_cannot_create_a_group() {
    let fixture = Fixture::new().await;
    let mut new = person("gone");
    new.password = Some(password("An0ther-Passw0rd!"));
    let gone = fixture.accounts.register(&mut fixture.work(), new).await.unwrap();
    fixture.accounts.delete(&mut fixture.work(), gone.id).await.unwrap();
    let outcome = fixture.organizations.create(&mut fixture.work(), gone.id, "Acme").await;
    assert_refused!(outcome, Error::NotFound);
    let founder = fixture.register("founder").await;
    let founded =
        fixture.organizations.create(&mut fixture.work(), founder.id, "Acme").await.unwrap();
    assert_eq!(founded.organization.slug.as_str(), "acme");
}
