//! `loggia user list`.

use std::io::{self, Write};

use loggia_identity::Account;
use loggia_kernel::PageRequest;
use serde_json::{Value, json};

use super::{Result, Services, say};

const HEAD: [&str; 5] = ["id", "username", "email", "active", "superuser"];

/// Prints all accounts in the order of their ids: as a table, or as a JSON array.
pub(in crate::cli) async fn print(services: &Services, as_json: bool) -> Result<()> {
    let accounts = all(services).await?;
    if as_json {
        let rows: Vec<Value> = accounts.iter().map(object).collect();
        let text = serde_json::to_string_pretty(&rows).map_err(io::Error::from)?;
        return say(&text);
    }
    let rows: Vec<[String; 5]> = std::iter::once(HEAD.map(str::to_owned))
        .chain(accounts.iter().map(row))
        .collect();
    let mut out = io::stdout().lock();
    for line in table(&rows) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

async fn all(services: &Services) -> Result<Vec<Account>> {
    let mut accounts = Vec::new();
    loop {
        let offset = u64::try_from(accounts.len()).unwrap_or(u64::MAX);
        let page = PageRequest::new(PageRequest::MAX_LIMIT, offset);
        let page = services.accounts.list(page).await?;
        if page.items.is_empty() {
            return Ok(accounts);
        }
        accounts.extend(page.items);
    }
}

fn object(account: &Account) -> Value {
    json!({
        "id": account.id.get(),
        "username": account.username.as_str(),
        "email": account.email.as_ref().map(|email| email.as_str()),
        "is_active": account.is_active,
        "is_superuser": account.is_superuser,
    })
}

fn row(account: &Account) -> [String; 5] {
    let yes_or_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    [
        account.id.to_string(),
        printable(account.username.as_str()),
        printable(account.email.as_ref().map_or("-", |email| email.as_str())),
        yes_or_no(account.is_active),
        yes_or_no(account.is_superuser),
    ]
}

/// What somebody chose as his name shall not steer the operator's terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "?")
}

/// Columns as wide as their widest cell, two spaces apart.
fn table<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    });
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(widths);
            let line: String = cells
                .map(|(cell, width)| format!("{cell:width$}  "))
                .collect();
            line.trim_end().to_owned()
        })
        .collect()
}
