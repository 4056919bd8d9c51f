//! `loggia user list`.

use loggia_identity::Account;
use serde_json::{Value, json};

use crate::{
    Services,
    cli::{Result, table},
};

const HEAD: [&str; 5] = ["id", "username", "email", "active", "superuser"];

/// Prints all accounts, ordered by id, as a table or as a JSON array.
pub(in crate::cli) async fn print(services: &Services, as_json: bool) -> Result<()> {
    let accounts = all(services).await?;
    if as_json {
        return table::print_json(accounts.iter().map(object).collect());
    }
    table::print(HEAD, accounts.iter().map(row))
}

async fn all(services: &Services) -> Result<Vec<Account>> {
    let mut accounts: Vec<Account> = Vec::new();
    loop {
        let last = accounts.last().map(|account| account.id);
        let page = services.accounts.list_after(&mut services.work(), last).await?;
        if page.is_empty() {
            return Ok(accounts);
        }
        accounts.extend(page);
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
        account.username.to_string(),
        account.email.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        yes_or_no(account.is_active),
        yes_or_no(account.is_superuser),
    ]
}
