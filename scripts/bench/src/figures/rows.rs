//! Bulk inserts directly into the tables, because the API would take hours. Triggers run as usual.

use anyhow::{Context, Result};

use loggia_db::{Backend, Db, RunQueryDsl, run};

use super::world::Person;
use crate::database::Database;

/// The creation time of every row.
const NOW: &str = "'2026-01-01 00:00:00'";

/// The first id of the other organizations: far above those the server has assigned.
const OTHERS: usize = 1_000_000;

/// The number of tags per organization; each contact has two of them.
const TAGS: usize = 10;

/// Contacts of which every n-th belongs to the owner and the others to the same number of other organizations in turn.
/// The owner's rows are therefore as scattered as in a database that many organizations fill at the same time.
#[derive(Clone, Copy)]
pub(super) struct Contacts {
    pub(super) total: usize,
    pub(super) own: usize,
}

/// Executes statements without the deadline of a request, and then updates the database's statistics, as it does itself
/// over time.
pub(super) async fn write(database: &Database, statements: &[String]) -> Result<()> {
    let db = Db::open_without_deadlines(database.url(), 1).await?;
    let postgres = |sql: &str| (db.backend() == Backend::Postgres).then(|| sql.to_owned());
    let after = postgres("VACUUM ANALYZE");
    let mut work = db.work();
    for sql in statements.iter().chain(&after) {
        run!(work, |c| diesel::sql_query(sql).execute(c))
            .with_context(|| format!("cannot be written: {sql}"))?;
    }
    Ok(())
}

/// Returns statements that insert the contacts of the owner and of the others, each with two tags.
pub(super) fn contacts(owner: &Person, Contacts { total, own }: Contacts) -> Vec<String> {
    let Person { slug, organization, .. } = owner;
    let shares = (total / own.max(1)).max(1);
    let own = format!("(SELECT id FROM organizations WHERE slug = '{organization}')");
    let name = "(n * 7919 % 1000003)";
    let mut statements = Vec::new();
    if shares > 1 {
        statements.push(format!(
            "{} INSERT INTO organizations (id, slug, name, kind, created_at, updated_at) \
             SELECT {OTHERS} + n, 'other-' || n, 'Other ' || n, 'group', {NOW}, {NOW} FROM numbers",
            numbers(shares - 1)
        ));
    }
    statements.push(format!(
        "{} INSERT INTO contacts (slug, organization_id, creator, display_name, first_name, last_name, email, location, \
         phone, notes, folded, created_at, updated_at) \
         SELECT 'person-' || n, CASE n % {shares} WHEN 0 THEN {own} ELSE {OTHERS} + n % {shares} END, \
         CASE n % {shares} WHEN 0 THEN '{slug}' END, 'Person ' || {name}, 'Pat', 'Person', \
         'person-' || n || '@example.com', 'Lisbon', '+351 210 000 000', 'Met at the fair.', \
         'person ' || {name} || '\u{2}pat\u{3}person\u{4}person-' || n || '@example.com\u{5}met at the fair.', \
         {NOW}, {NOW} FROM numbers ORDER BY n",
        numbers(total)
    ));
    statements.push(format!(
        "{} INSERT INTO tags (organization_id, name, name_folded, slug) \
         SELECT o.id, 'Tag ' || n, 'tag ' || n, 'tag-' || n FROM organizations AS o CROSS JOIN numbers ORDER BY o.id, n",
        numbers(TAGS)
    ));
    statements.push(format!(
        "INSERT INTO tag_links (organization_id, tag_id, kind, target_id) \
         SELECT c.organization_id, t.id, 'contact', c.id FROM contacts AS c \
         JOIN tags AS t ON t.organization_id = c.organization_id \
         AND t.slug IN ('tag-' || (c.id / {shares} % {TAGS} + 1), 'tag-' || ((c.id / {shares} + 3) % {TAGS} + 1)) \
         ORDER BY c.id, t.id"
    ));
    statements
}

/// Returns statements that insert accounts without a usable password.
pub(super) fn accounts(number: usize) -> Vec<String> {
    vec![format!(
        "{} INSERT INTO accounts (public_id, slug, username, username_folded, email, email_folded, first_name, last_name, \
         search_folded, created_at, updated_at) \
         SELECT '00000000-0000-7000-8000-' || (100000000000 + n), 'user-' || n, 'user-' || n, 'user-' || n, \
         'user-' || n || '@example.com', 'user-' || n || '@example.com', 'Pat', 'Person', \
         'user-' || n || '\nuser-' || n || '@example.com\npat person', {NOW}, {NOW} FROM numbers",
        numbers(number)
    )]
}

/// Returns statements that give an account read permission on accounts, through a role with no other permission.
pub(super) fn viewer(person: &Person) -> Vec<String> {
    let account = account(person);
    vec![
        "INSERT INTO roles (name, name_folded) VALUES ('Viewer', 'viewer')".to_owned(),
        "INSERT INTO role_permissions (role_id, permission_id) SELECT roles.id, permissions.id \
         FROM roles CROSS JOIN permissions WHERE roles.name = 'Viewer' AND codename = 'view_users'"
            .to_owned(),
        format!(
            "INSERT INTO account_roles (account_id, role_id, created_at) \
             SELECT {account}, id, {NOW} FROM roles WHERE name = 'Viewer'"
        ),
    ]
}

/// Returns statements that make an account a superuser, which has every permission without a role.
pub(super) fn superuser(person: &Person) -> Vec<String> {
    let slug = &person.slug;
    vec![format!("UPDATE accounts SET is_superuser = TRUE WHERE slug = '{slug}'")]
}

fn account(person: &Person) -> String {
    format!("(SELECT id FROM accounts WHERE slug = '{}')", person.slug)
}

/// Returns a table of the numbers from 1, in SQL that both databases accept.
fn numbers(to: usize) -> String {
    format!(
        "WITH RECURSIVE numbers (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {to})"
    )
}
