//! The caller's first hundred contacts, with exactly the queries of the server.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use diesel::{ExpressionMethods, QueryDsl, Queryable, Selectable, SelectableHelper};
use diesel_async::RunQueryDsl;
use loggia_db::{Db, run};
use loggia_kernel::Timestamp;
use serde::Serialize;

use super::{
    Shared,
    member::Member,
    pages::{CountOf, Ids, PageOf},
    schema::{contacts, tag_links, tags},
    written,
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

pub(super) async fn answer(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let member = match super::member(&request, &shared).await {
        Ok(member) => member,
        Err(refusal) => return refusal,
    };
    let Ok(rows) = page(&shared.db, &member).await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let ids: Vec<i64> = rows.iter().map(|(contact, _)| contact.id).collect();
    let Ok(tags) = tags_of(&shared.db, &ids).await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    list(&member, &rows, &tags)
}

/// Reads one row more than the page has, to know whether another page follows. Source: crates/contacts, `store::page`.
async fn page(db: &Db, member: &Member) -> loggia_db::Result<Vec<(Contact, i64)>> {
    let orgs = Ids::of(member.organizations.iter().map(|one| one.id));
    let page = PageOf {
        orgs: orgs.clone(),
        after: 0,
        take: LIMIT + 1,
        limit: LIMIT + 1,
        offset: 0,
    };
    let mut conn = db.read().await?;
    let mut rows: Vec<(Contact, i64)> = run!(conn, |c| contacts::table
        .filter(page.clone())
        .order(contacts::id)
        .select((Contact::as_select(), CountOf(orgs.clone())))
        .load(c))?;
    rows.truncate(usize::try_from(LIMIT).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Source: crates/tagging, `store::links::of_targets`.
async fn tags_of(db: &Db, targets: &[i64]) -> loggia_db::Result<HashMap<i64, Vec<Tag>>> {
    let mut conn = db.read().await?;
    let rows: Vec<(i64, Tag)> = run!(conn, |c| tag_links::table
        .inner_join(tags::table)
        .filter(tag_links::kind.eq("contact"))
        .filter(tag_links::target_id.eq_any(targets))
        .order(tag_links::id)
        .select((tag_links::target_id, Tag::as_select()))
        .load(c))?;
    let mut by_target: HashMap<i64, Vec<Tag>> = HashMap::new();
    for (target, tag) in rows {
        by_target.entry(target).or_default().push(tag);
    }
    Ok(by_target)
}

fn list(member: &Member, rows: &[(Contact, i64)], tags: &HashMap<i64, Vec<Tag>>) -> HttpResponse {
    let items = rows.iter().map(|(contact, _)| {
        let tags = tags.get(&contact.id);
        ContactOut {
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
            tags: tags
                .into_iter()
                .flatten()
                .map(|tag| TagOut::of(member, tag))
                .collect(),
            created_at: written(contact.created_at),
            updated_at: written(contact.updated_at),
        }
    });
    HttpResponse::Ok().json(List {
        items: items.collect(),
        count: rows.first().map_or(0, |(_, count)| *count),
    })
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
