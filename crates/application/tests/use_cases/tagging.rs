//! Tags on contacts and organizations.

use std::sync::Arc;

use loggia_application::TaggableObjects;
use loggia_contacts::{Contact, Contacts, Details, NewContact, StoredContacts};
use loggia_db::Work;
use loggia_identity::{Caller, Organization, Organizations, StoredOrganizations};
use loggia_kernel::Clock;
use loggia_tagging::{Error, StoredTags, TagName, Tags, TargetKind, TargetRef};
use loggia_testkit::FrozenClock;

use crate::{assert_refused, fixtures::World};

/// The services, and an account with two organizations.
struct Tagging {
    world: World,
    jane: Caller,
    acme: Organization,
    other: Organization,
    contacts: Arc<StoredContacts>,
    tags: StoredTags,
}

impl Tagging {
    async fn new() -> Self {
        let world = World::new().await;
        let jane = world.user("jane").await;
        let clock: Arc<dyn Clock> = Arc::new(FrozenClock::default());
        let organizations = StoredOrganizations::new(Arc::clone(&clock));
        let organization = async |name| {
            let mut work = world.work();
            let created = organizations.create(&mut work, jane.account.id, name);
            created.await.unwrap().organization
        };
        let (acme, other) = (organization("Acme").await, organization("Other").await);
        let contacts = Arc::new(StoredContacts::new(clock));
        Self {
            tags: StoredTags::new(Arc::new(TaggableObjects::new(contacts.clone()))),
            world,
            jane,
            acme,
            other,
            contacts,
        }
    }

    /// Creates a contact of `acme`.
    async fn contact(&self, work: &mut Work, name: &str) -> loggia_contacts::Result<Contact> {
        let new = NewContact {
            creator: self.jane.account.slug.clone(),
            details: Details::named(self.acme.id, name),
        };
        self.contacts.create(work, new).await
    }

    async fn assign(
        &self,
        work: &mut Work,
        target: TargetRef<'_>,
    ) -> loggia_tagging::Result<Vec<String>> {
        let vip = TagName::parse("vip").unwrap();
        let tags = self.tags.assign(work, target, vec![vip]).await?;
        Ok(tags.into_iter().map(|tag| tag.name).collect())
    }
}

fn contact<'a>(organization: &'a Organization, name: &'a str) -> TargetRef<'a> {
    TargetRef {
        organization: organization.id,
        organization_slug: organization.slug.as_str(),
        kind: TargetKind::Contact,
        name,
    }
}

fn itself<'a>(organization: &'a Organization, name: &'a str) -> TargetRef<'a> {
    TargetRef { kind: TargetKind::Organization, ..contact(organization, name) }
}

#[tokio::test]
async fn contacts_are_tagged_in_their_own_organization_only() {
    let tagging = Tagging::new().await;
    let mut work = tagging.world.work();
    tagging.contact(&mut work, "Ann").await.unwrap();

    let ours = tagging.assign(&mut work, contact(&tagging.acme, "ann"));
    assert_eq!(ours.await.unwrap(), ["vip"]);
    let theirs = tagging.assign(&mut work, contact(&tagging.other, "ann"));
    assert_refused!(theirs.await, Error::NotFound);
    let unknown = tagging.assign(&mut work, contact(&tagging.acme, "bob"));
    assert_refused!(unknown.await, Error::NotFound);
}

#[tokio::test]
async fn an_organization_has_its_own_tags_only() {
    let tagging = Tagging::new().await;
    let mut work = tagging.world.work();

    let own = tagging.assign(&mut work, itself(&tagging.acme, "acme"));
    assert_eq!(own.await.unwrap(), ["vip"]);
    let foreign = tagging.assign(&mut work, itself(&tagging.acme, "other"));
    assert_refused!(foreign.await, Error::NotFound);
}

#[tokio::test]
async fn a_contact_can_be_tagged_in_the_transaction_that_creates_it() {
    let tagging = Tagging::new().await;
    let mut work = tagging.world.work();

    let outcome = work
        .transaction(async |work| {
            let ann = tagging.contact(work, "Ann").await;
            let ann = ann.expect("a contact");
            tagging.assign(work, contact(&tagging.acme, ann.slug.as_str())).await?;
            // Rolls both back.
            Err::<(), _>(Error::Taken)
        })
        .await;

    assert_refused!(outcome, Error::Taken);
    let ann = tagging.contacts.by_slug(&mut work, &[tagging.acme.id], "ann").await;
    assert_refused!(ann, loggia_contacts::Error::NotFound);
    let vip = tagging.tags.by_slug(&mut work, tagging.acme.id, "vip");
    assert_refused!(vip.await, Error::NotFound);
}
