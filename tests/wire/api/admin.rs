//! `/api/auth/admin/users/` and its subpaths. Source: docs/contract/api.md «Admin users», «Roles of accounts».

mod accounts;
mod privileges;
mod races;
mod roles;

use loggia_rbac::codename::ALL;

use crate::app::Caller;

const USERS: &str = "/api/auth/admin/users/";

fn at(caller: &Caller<'_>) -> String {
    format!("{USERS}{}/", caller.account().id)
}

fn toggle(caller: &Caller<'_>) -> String {
    format!("{}toggle_active/", at(caller))
}

fn role_of(caller: &Caller<'_>) -> String {
    format!("{}change_role/", at(caller))
}

fn six() -> Vec<String> {
    let mut six = ALL.map(str::to_owned);
    six.sort();
    six.to_vec()
}
