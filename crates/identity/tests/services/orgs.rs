//! Tests of organizations: every account has a personal one, and every group keeps an owner.

use loggia_identity::{
    Account, AccountPatch, Accounts, Error, Member, MemberRef, Membership, NewAccount, NewUsername,
    OrgError, OrgKind, OrgRole, Organizations, Sessions, Subject,
};
use loggia_kernel::{OrgId, PageRequest};

use crate::{
    assert_refused,
    fixtures::{Fixture, address, email, password, person, username},
};

/// Returns the account's memberships, read as by a request.
pub(crate) async fn member_of(fixture: &Fixture, account: &Account) -> Member {
    let tokens =
        fixture.sessions.open(&mut fixture.work(), account, Subject::Number).await.unwrap();
    fixture.sessions.member(&mut fixture.work(), &tokens.access).await.unwrap()
}

/// Returns the account's personal organization, which must be its only one.
async fn only_own(fixture: &Fixture, account: &Account) -> Membership {
    let mut memberships = member_of(fixture, account).await.memberships;
    assert_eq!(memberships.len(), 1);
    memberships.remove(0)
}

/// Creates a group of which this account is the owner.
pub(crate) async fn group(fixture: &Fixture, founder: &Account, name: &str) -> OrgId {
    let founded =
        fixture.organizations.create(&mut fixture.work(), founder.id, name).await.unwrap();
    founded.organization.id
}

pub(crate) async fn join(fixture: &Fixture, by: &Account, id: OrgId, who: &Account, role: OrgRole) {
    let member = MemberRef::Username(&who.username);
    let added = fixture.organizations.add(&mut fixture.work(), by.id, id, member, role).await;
    added.unwrap();
}

/// Returns an organization's members with their roles, in the order of their accounts.
pub(crate) async fn roles(fixture: &Fixture, id: OrgId) -> Vec<(String, OrgRole)> {
    let page = PageRequest::new(100, 0);
    let page = fixture.organizations.members(&mut fixture.work(), id, page).await.unwrap();
    let mut roles = Vec::new();
    for member in page.items {
        roles.push((member.slug.to_string(), member.role));
    }
    roles
}

#[tokio::test]
async fn every_registration_creates_a_personal_organization() {
    let fixture = Fixture::new().await;
    let names = [
        NewUsername::Given(username("Jane.Doe")),
        NewUsername::FromLocalPart,
        NewUsername::FromEmail,
    ];
    let mut created = Vec::new();
    for (n, name) in names.into_iter().enumerate() {
        let new = NewAccount::new(name, Some(email(&format!("jane.doe@{n}.example"))), None);
        let account = fixture.accounts.register(&mut fixture.work(), new).await.unwrap();
        let own = only_own(&fixture, &account).await;
        assert_eq!(own.role, OrgRole::Owner);
        assert_eq!(own.organization.kind, OrgKind::Personal);
        assert_eq!(own.organization.name, account.username.as_str());
        let same =
            fixture.organizations.personal_of(&mut fixture.work(), account.id).await.unwrap();
        assert_eq!(same, own.organization);
        created.push((account.slug.to_string(), own.organization.slug.to_string()));
    }
    let expected = ["janedoe", "janedoe-1", "janedoe2example"];
    assert_eq!(created, expected.map(|slug| (slug.to_owned(), slug.to_owned())));
}

#[tokio::test]
async fn a_personal_organization_avoids_the_slug_of_a_group() {
    let fixture = Fixture::new().await;
    let founder = fixture.register("founder").await;
    group(&fixture, &founder, "Jane").await;
    group(&fixture, &founder, "!!!").await;

    let jane = fixture.register("jane").await;
    let own = only_own(&fixture, &jane).await;
    assert_eq!(own.organization.slug.as_str(), "jane-1");
    let another = fixture.organizations.create(&mut fixture.work(), jane.id, "JANE").await.unwrap();
    assert_eq!(another.organization.slug.as_str(), "jane-2");
    let unnamed = fixture.organizations.create(&mut fixture.work(), jane.id, "???").await.unwrap();
    assert_eq!(unnamed.organization.slug.as_str(), "organization-1");
}

#[tokio::test]
async fn a_new_user_name_renames_the_personal_organization() {
    let fixture = Fixture::new().await;
    let jane = fixture.register("jane").await;
    let founder = fixture.register("founder").await;
    group(&fixture, &founder, "other").await;
    let patch = |name: &str, is_slug_renewed| AccountPatch {
        username: Some(username(name)),
        is_slug_renewed,
        ..AccountPatch::default()
    };

    fixture.accounts.update(&mut fixture.work(), jane.id, patch("plain", false)).await.unwrap();
    let own = only_own(&fixture, &jane).await.organization;
    assert_eq!((own.slug.as_str(), &*own.name), ("jane", "jane"));

    fixture.accounts.update(&mut fixture.work(), jane.id, patch("Other", true)).await.unwrap();
    let own = only_own(&fixture, &jane).await.organization;
    assert_eq!((own.slug.as_str(), &*own.name), ("other-1", "Other"));
    // Its present slug is free for itself.
    fixture.accounts.update(&mut fixture.work(), jane.id, patch("other.1", true)).await.unwrap();
    let own = only_own(&fixture, &jane).await.organization;
    assert_eq!((own.slug.as_str(), &*own.name), ("other1", "other.1"));
}

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
async fn a_personal_organization_has_no_other_members_and_cannot_be_deleted() {
    let fixture = Fixture::new().await;
    let [jane, other] = [fixture.register("jane").await, fixture.register("other").await];
    let id = only_own(&fixture, &jane).await.organization.id;
    let orgs = &fixture.organizations;

    let member = MemberRef::Email(other.email.as_ref().unwrap());
    let outcome = orgs.add(&mut fixture.work(), jane.id, id, member, OrgRole::Member).await;
    assert_refused!(outcome, Error::Organization(OrgError::Personal));
    assert_refused!(
        orgs.delete(&mut fixture.work(), jane.id, id).await,
        Error::Organization(OrgError::Personal)
    );
    assert_refused!(
        orgs.remove(&mut fixture.work(), jane.id, id, "jane").await,
        Error::Organization(OrgError::LastOwner)
    );
    assert_refused!(
        orgs.set_role(&mut fixture.work(), jane.id, id, "jane", OrgRole::Admin).await,
        Error::Organization(OrgError::LastOwner)
    );
    fixture.accounts.delete(&mut fixture.work(), jane.id).await.unwrap();
    assert!(roles(&fixture, id).await.is_empty());
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
