//! The caller's first hundred contacts, with exactly the queries of the server, and a new contact.

use std::collections::HashMap;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use anyhow::Result;
use diesel::{ExpressionMethods, QueryDsl, Queryable, Selectable, SelectableHelper, dsl::exists};
use loggia_kernel::{Clock, Slug, SystemClock, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    database::{Database, query},
    member::Member,
    pages::{CountOf, Ids, PageOf},
    schema::{contacts, tag_links, tags},
    shared::Shared,
    timestamp::written,
};

const LIMIT: i64 = 100;

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct Contact {
    id: i64,
    slug: String,
    organization_id: i64,
    creator: Option<String>,
    display_name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    location: Option<String>,
    phone: Option<String>,
    notes: Option<String>,
    avatar_path: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tags)]
struct Tag {
    id: i64,
    organization_id: i64,
    name: String,
    slug: String,
}

#[derive(Serialize)]
struct List<'a> {
    items: Vec<ContactOut<'a>>,
    count: i64,
}

#[derive(Serialize)]
struct ContactOut<'a> {
    display_name: &'a str,
    slug: &'a str,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    email: Option<&'a str>,
    location: Option<&'a str>,
    phone: Option<&'a str>,
    notes: Option<&'a str>,
    avatar_path: Option<&'a str>,
    avatar_url: Option<&'a str>,
    large_avatar_url: Option<&'a str>,
    organization: Option<&'a str>,
    creator: Option<&'a str>,
    tags: Vec<TagOut<'a>>,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct TagOut<'a> {
    id: i64,
    name: &'a str,
    slug: &'a str,
    organization: Option<&'a str>,
}

pub(super) async fn list_first(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let member = match shared.member(&request).await {
        Ok(member) => member,
        Err(refusal) => return refusal,
    };
    let Ok(rows) = page(&shared.database, &member).await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let ids: Vec<i64> = rows.iter().map(|(contact, _)| contact.id).collect();
    let Ok(tags) = tags_of(&shared.database, &ids).await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    list(&member, &rows, &tags)
}

/// Reads one row more than the page has, to know whether another page follows. Source: crates/contacts, `store::page`.
async fn page(database: &Database, member: &Member) -> Result<Vec<(Contact, i64)>> {
    let orgs = Ids::of(member.organizations.iter().map(|one| one.id));
    let page =
        PageOf { orgs: orgs.clone(), after: 0, take: LIMIT + 1, limit: LIMIT + 1, offset: 0 };
    let mut rows: Vec<(Contact, i64)> = query!(
        database,
        load,
        contacts::table
            .filter(page.clone())
            .order(contacts::id)
            .select((Contact::as_select(), CountOf(orgs.clone())))
    )?;
    rows.truncate(usize::try_from(LIMIT).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Source: crates/tagging, `store::links::of_targets`.
async fn tags_of(database: &Database, targets: &[i64]) -> Result<HashMap<i64, Vec<Tag>>> {
    let rows: Vec<(i64, Tag)> = query!(
        database,
        load,
        tag_links::table
            .inner_join(tags::table)
            .filter(tag_links::kind.eq("contact"))
            .filter(tag_links::target_id.eq_any(targets))
            .order(tag_links::id)
            .select((tag_links::target_id, Tag::as_select()))
    )?;
    let mut by_target: HashMap<i64, Vec<Tag>> = HashMap::new();
    for (target, tag) in rows {
        by_target.entry(target).or_default().push(tag);
    }
    Ok(by_target)
}

fn list(member: &Member, rows: &[(Contact, i64)], tags: &HashMap<i64, Vec<Tag>>) -> HttpResponse {
    let items = rows.iter().map(|(contact, _)| {
        let tags = tags.get(&contact.id).map_or(&[][..], Vec::as_slice);
        ContactOut::of(member, contact, tags)
    });
    HttpResponse::Ok()
        .json(List { items: items.collect(), count: rows.first().map_or(0, |(_, count)| *count) })
}

/// The fields of a new contact that the measurement sends.
#[derive(Deserialize)]
pub(super) struct NewContact {
    organization: String,
    display_name: String,
    email: String,
    location: String,
    notes: String,
}

/// Creates a contact with two statements: one looks up the slug, the other inserts.
pub(super) async fn create(
    request: HttpRequest,
    shared: Data<Shared>,
    new: Json<NewContact>,
) -> HttpResponse {
    let member = match shared.member(&request).await {
        Ok(member) => member,
        Err(refusal) => return refusal,
    };
    match insert(&shared.database, &member, &new).await {
        Ok(Some(contact)) => HttpResponse::Created().json(ContactOut::of(&member, &contact, &[])),
        Ok(None) => HttpResponse::Conflict().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Returns `None` if the organization is not the caller's or the slug is in use.
async fn insert(database: &Database, member: &Member, new: &NewContact) -> Result<Option<Contact>> {
    let mut organizations = member.organizations.iter();
    let Some(organization) = organizations.find(|one| one.slug == new.organization) else {
        return Ok(None);
    };
    let slug = Slug::of(&new.display_name, "contact");
    let has_slug = diesel::select(exists(contacts::table.filter(contacts::slug.eq(slug.as_str()))));
    if query!(database, get_result, has_slug)? {
        return Ok(None);
    }
    let now = SystemClock.now();
    let row = (
        contacts::slug.eq(slug.as_str()),
        contacts::organization_id.eq(organization.id),
        contacts::creator.eq(&member.account.slug),
        contacts::display_name.eq(&new.display_name),
        contacts::email.eq(&new.email),
        contacts::location.eq(&new.location),
        contacts::notes.eq(&new.notes),
        contacts::folded.eq(new.display_name.to_lowercase()),
        contacts::created_at.eq(now),
        contacts::updated_at.eq(now),
    );
    let contact = query!(
        database,
        get_result,
        diesel::insert_into(contacts::table).values(row).returning(Contact::as_returning())
    );
    contact.map(Some)
}

impl<'a> ContactOut<'a> {
    fn of(member: &'a Member, contact: &'a Contact, tags: &'a [Tag]) -> Self {
        Self {
            display_name: &contact.display_name,
            slug: &contact.slug,
            first_name: contact.first_name.as_deref(),
            last_name: contact.last_name.as_deref(),
            email: contact.email.as_deref(),
            location: contact.location.as_deref(),
            phone: contact.phone.as_deref(),
            notes: contact.notes.as_deref(),
            avatar_path: contact.avatar_path.as_deref(),
            avatar_url: None,
            large_avatar_url: None,
            organization: slug_of(member, contact.organization_id),
            creator: contact.creator.as_deref(),
            tags: tags.iter().map(|tag| TagOut::of(member, tag)).collect(),
            created_at: written(contact.created_at),
            updated_at: written(contact.updated_at),
        }
    }
}

impl<'a> TagOut<'a> {
    fn of(member: &'a Member, tag: &'a Tag) -> Self {
        Self {
            id: tag.id,
            name: &tag.name,
            slug: &tag.slug,
            organization: slug_of(member, tag.organization_id),
        }
    }
}

fn slug_of(member: &Member, organization: i64) -> Option<&str> {
    let mut organizations = member.organizations.iter();
    let found = organizations.find(|one| one.id == organization);
    found.map(|one| one.slug.as_str())
}
