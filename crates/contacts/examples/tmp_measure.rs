//! Measures.
use std::{sync::Arc, time::{Duration, Instant}};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use loggia_contacts::*;
use loggia_db::{Db, run};
use loggia_kernel::*;
diesel::table! { accounts (id) { id -> BigInt, public_id -> Text, slug -> Text, username -> Text, username_folded -> Text, created_at -> Timestamp, updated_at -> Timestamp, } }
diesel::table! { organizations (id) { id -> BigInt, slug -> Text, name -> Text, kind -> Text, created_at -> Timestamp, updated_at -> Timestamp, } }
diesel::table! { raw_rows (id) { id -> BigInt, name -> Text, } }
fn det(org: OrgId, name: String) -> NewContact { NewContact { creator: Slug::of("jane","user"), details: Details { organization_id: org, display_name: name, first_name: Some("Jane".into()), last_name: Some("Doe".into()), email: Some("jane@example.com".into()), location: None, phone: None, notes: None } } }
async fn p50(c: &StoredContacts, orgs: &[OrgId], w: &Wanted) -> Duration { let mut t = Vec::new(); for _ in 0..200 { let s = Instant::now(); let p = c.list(orgs, w).await.unwrap(); assert!(!p.items.is_empty()); t.push(s.elapsed()); } t.sort(); t[100] }
#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap();
    let db = Db::open(&url, 16).await.unwrap();
    db.migrate().await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let c = Arc::new(StoredContacts::new(db.clone(), clock.clone()));
    let now = clock.now();
    { let conn = &mut *db.write().await.unwrap();
      run!(conn, |c| diesel::sql_query("CREATE TABLE IF NOT EXISTS raw_rows (id INTEGER PRIMARY KEY, name TEXT NOT NULL)").execute(c)).unwrap();
      run!(conn, |c| diesel::insert_into(accounts::table).values((accounts::public_id.eq("jane"), accounts::slug.eq("jane"), accounts::username.eq("jane"), accounts::username_folded.eq("jane"), accounts::created_at.eq(now), accounts::updated_at.eq(now))).execute(c)).unwrap(); }
    let mut orgs = Vec::new();
    for n in 0..102 { let conn = &mut *db.write().await.unwrap();
      let id: i64 = run!(conn, |c| diesel::insert_into(organizations::table).values((organizations::slug.eq(format!("o{n}")), organizations::name.eq("x"), organizations::kind.eq("group"), organizations::created_at.eq(now), organizations::updated_at.eq(now))).returning(organizations::id).get_result(c)).unwrap();
      orgs.push(OrgId::new(id)); }
    if db.backend() == loggia_db::Backend::Sqlite {
        let s = Instant::now();
        { let conn = &mut *db.write().await.unwrap();
        for n in 0..1000i64 { run!(conn, |c| diesel::insert_into(raw_rows::table).values((raw_rows::id.eq(n), raw_rows::name.eq("some name"))).execute(c)).unwrap(); } }
        println!("raw commits/s {:.0}", 1000.0 / s.elapsed().as_secs_f64());
    }
    for same in [false, true] {
        let s = Instant::now();
        let mut tasks = Vec::new();
        for t in 0..64 { let c = c.clone(); let org = orgs[0]; tasks.push(tokio::spawn(async move { for n in 0..if same {160} else {32} { c.create(det(org, if same { "Jane Doe".into() } else { format!("Person {t} {n}") })).await.unwrap(); } })); }
        for t in tasks { t.await.unwrap(); }
        println!("64 clients same={same}: {:.0}/s", (64 * if same {160} else {32}) as f64 / s.elapsed().as_secs_f64());
    }
    let s = Instant::now();
    for _ in 0..20 { c.create(det(orgs[0], "Jane Doe".into())).await.unwrap(); }
    println!("10,000th Jane Doe alone: {:?}", s.elapsed() / 20);
    let lit = db.backend() == loggia_db::Backend::Sqlite;
    let mut total = 12_308i64;
    for (target, org) in [(100_000i64, None), (1_000_000, None)] {
        let w = Wanted::page(PageRequest::new(100, 0));
        println!("total {total}: own 12k p50 {:?}; offset 10000 {:?}; three orgs {:?}; 100 orgs {:?}", p50(&c, &orgs[..1], &w).await, p50(&c, &orgs[..1], &Wanted::page(PageRequest::new(100, 10_000))).await, p50(&c, &orgs[..3], &w).await, p50(&c, &orgs[..100], &w).await);
        let add = target - total; let _ = org as Option<i32>;
        let g = if lit { format!("(WITH RECURSIVE s(g) AS (SELECT {0} UNION ALL SELECT g+1 FROM s WHERE g < {0} + {1}) SELECT g FROM s)", total, add - 1) } else { format!("(SELECT g FROM generate_series({0}, {0} + {1}) g)", total, add - 1) };
        let ch = if lit { "char" } else { "chr" };
        let tw = if lit { "'2026-01-01 00:00:00'" } else { "'2026-01-01 00:00:00'::timestamp" };
        let sql = format!("INSERT INTO contacts (slug, organization_id, creator, display_name, first_name, last_name, email, folded, created_at, updated_at) SELECT 'b' || g, {} + g % 100, 'jane', 'Jane ' || g, 'Jane', 'Doe', 'jane@example.com', 'jane ' || g || {ch}(2) || 'jane' || {ch}(3) || 'doe' || {ch}(4) || 'jane@example.com' || {ch}(5), {tw}, {tw} FROM {g} AS q", orgs[1].get());
        if lit { let conn = &mut *db.write().await.unwrap(); run!(conn, |c| diesel::sql_query(sql).execute(c)).unwrap(); }
        else { let conn = &mut *db.write().await.unwrap(); run!(conn, |c| diesel::sql_query("SET statement_timeout = 0").execute(c)).unwrap(); run!(conn, |c| diesel::sql_query(sql).execute(c)).unwrap(); }
        total = target;
    }
    let w = Wanted::page(PageRequest::new(100, 0));
    println!("total {total}: own 12k p50 {:?}; three orgs {:?}; 100 orgs {:?}", p50(&c, &orgs[..1], &w).await, p50(&c, &orgs[..3], &w).await, p50(&c, &orgs[..100], &w).await);
    let sql = format!("UPDATE contacts SET organization_id = {} WHERE organization_id IN (SELECT id FROM organizations ORDER BY id LIMIT 9 OFFSET 1)", orgs[0].get());
    { let conn = &mut *db.write().await.unwrap(); if !lit { run!(conn, |c| diesel::sql_query("SET statement_timeout = 0").execute(c)).unwrap(); } run!(conn, |c| diesel::sql_query(sql).execute(c)).unwrap(); }
    println!("own 100k p50 {:?}; offset 90000 {:?}", p50(&c, &orgs[..1], &w).await, p50(&c, &orgs[..1], &Wanted::page(PageRequest::new(100, 90_000))).await);
    let part = c.list(&orgs[..1], &Wanted::page(PageRequest::new(100, 90_000))).await.unwrap();
    println!("count {} cursor at 90000 {:?}", part.count, p50(&c, &orgs[..1], &Wanted { after: part.end.clone(), ..w.clone() }).await);
    let s = Instant::now(); let p = c.list(&orgs[..1], &Wanted { search: Search::parse("jane 99").unwrap(), ..w.clone() }).await.unwrap(); println!("search in 100k {:?} -> {}", s.elapsed(), p.count);
    let s = Instant::now(); c.list(&orgs[..1], &Wanted { order: Some(Order { by: SortBy::DisplayName, direction: listing::Direction::Ascending }), ..w.clone() }).await.unwrap(); println!("sorted 100k {:?}", s.elapsed());
    let s = Instant::now(); let n = { let conn = &mut *db.write().await.unwrap(); run!(conn, |c| diesel::sql_query(format!("DELETE FROM organizations WHERE id = {}", orgs[0].get())).execute(c)).unwrap() }; println!("deleted {n} org with 100k contacts in {:?}", s.elapsed());
}
