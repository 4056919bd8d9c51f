//! Tests of organizations: every account has a personal one, and every group keeps an owner.

mod groups;
mod personal;

use loggia_identity::{
    Account, Member, MemberRef, Membership, OrgRole, Organizations, Sessions, Subject,
};
use loggia_kernel::{OrgId, PageRequest};

use crate::fixtures::Fixture;

/// Returns the account's memberships, read as by a request.
pub(crate) async fn member_of(fixture: &Fixture, account: &Account) -> Member {
    let tokens =
        fixture.sessions.open(&mut fixture.work(), account, Subject::Number).await.unwrap();
    fixture.sessions.member(&mut fixture.work(), &tokens.access).await.unwrap()
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

/// Returns the account's personal organization, which must be its only one.
async fn only_own(fixture: &Fixture, account: &Account) -> Membership {
    let mut memberships = member_of(fixture, account).await.memberships;
    assert_eq!(memberships.len(), 1);
    memberships.remove(0)
}
