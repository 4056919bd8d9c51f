//! Personal organizations.

use loggia_identity::{
    AccountPatch, Accounts, Error, MemberRef, NewAccount, NewUsername, OrgError, OrgKind, OrgRole,
    Organizations,
};

use super::{group, only_own, roles};
use crate::{
    assert_refused,
    fixtures::{Fixture, email, username},
};

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
