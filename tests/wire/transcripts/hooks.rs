//! Changes made directly in the services of the app just before an exchange.
//!
//! Source: the class `Loggia` in the replayer's `setup.py`, which does the same with the command line.

mod arguments;
mod content;
mod links;
pub(super) mod roles;

use std::time::Duration;

use loggia_identity::passwords::Password;
use loggia_identity::{Account, EmailKind, NewAccount, NewUsername};
use loggia_kernel::{AccountId, Email, PageRequest, Timestamp, Username};
use serde_json::json;

use self::arguments::Arguments;
use self::links::{Link, uid_of};
use super::exchange::{Exchange, Hook};
use super::replay::Replay;
use super::tokens::{BROKEN, BROKEN_REFRESH, broken};
use crate::app::{Request, TestApp};

/// The path that adds a refresh token to the blacklist.
const LOG_OUT: &str = "/api/auth/logout/";
/// The path that issues a pair of tokens for a username and a password.
const LOG_IN: &str = "/auth/jwt/create/";

/// The validity of an activation link that a hook issues.
const HOUR: Duration = Duration::from_secs(3600);

/// Runs the hooks of an exchange, in order.
///
/// # Errors
/// A sentence that names the hook that failed.
pub(crate) async fn run(replay: &mut Replay, exchange: &Exchange) -> Result<(), String> {
    for hook in &exchange.hooks {
        carry_out(replay, hook).await.map_err(|error| format!("hook {}: {error}", hook.name))?;
    }
    Ok(())
}

async fn carry_out(replay: &mut Replay, hook: &Hook) -> Result<(), String> {
    let given = Arguments(&hook.arguments);
    match hook.name.as_str() {
        "add_user" => add_user(replay, &given).await,
        "add_passwordless" => {
            let new = new_account(given.text("email")?, given.text("username")?, None)?;
            register(&replay.app, new).await.map(drop)
        }
        "set_active" => {
            let account = by_email(&replay.app, given.text("email")?).await?;
            set_active(&replay.app, account.id, given.flag("active", true)).await
        }
        "set_password" => {
            let account = by_email(&replay.app, given.text("email")?).await?;
            set_password(&replay.app, account.id, given.text("password")?).await
        }
        "drop_user" => {
            let account = by_email(&replay.app, given.text("email")?).await?;
            delete(&replay.app, account.id).await
        }
        "tidy" => tidy(&replay.app, &given).await,
        "keep_only" => keep_only(&replay.app, &given.texts("emails")?).await,
        "permissions" => roles::permissions(replay).await,
        "actor" => roles::actor(replay, &given).await,
        "mint" => mint(replay, given.text("who")?),
        "blacklisted" => blacklisted(replay, &given).await,
        "reset_link" => {
            let who = given.text("who")?;
            let link = mailed_link(replay, &given).await?;
            if let Some(uid) = link.uid {
                replay.vars.set(format!("{who}.uid"), uid);
            }
            replay.vars.set(format!("{who}.reset"), link.token);
            Ok(())
        }
        "uid" => {
            let who = given.text("who")?;
            let link = mailed_link(replay, &given).await?;
            let uid = link.uid.ok_or("the mailed link has no uid")?;
            replay.vars.set(format!("{who}.uid"), uid);
            Ok(())
        }
        "expired_link" => expired_link(replay, &given).await,
        "activation_link" => activation_link(replay, &given).await,
        // Two accounts with one address cannot exist here, and no account needs to be renamed: the previous exchange
        // did that, or failed.
        "twin" | "sync_username" => Ok(()),
        "add_service" => content::add_service(&replay.app, &given).await,
        _ => Err("unknown".to_owned()),
    }
}

async fn add_user(replay: &mut Replay, given: &Arguments<'_>) -> Result<(), String> {
    let password = Some(given.text("password")?);
    let mut new = new_account(given.text("email")?, given.text("username")?, password)?;
    new.is_superuser = given.flag("staff", false);
    if let Some(role) = given.optional("role") {
        role.clone_into(&mut new.role);
    }
    let account = register(&replay.app, new).await?;
    if account.role != Account::USER {
        roles::give_named(&replay.app, &account).await?;
    }
    replay.vars.set(format!("{}.id", given.text("who")?), account.id.get());
    if given.flag("active", true) {
        return Ok(());
    }
    set_active(&replay.app, account.id, false).await
}

/// Deletes an account that the recording dropped here, so that later exchanges do not meet it.
async fn tidy(app: &TestApp, given: &Arguments<'_>) -> Result<(), String> {
    let username = given.text("username")?;
    let email = given.optional("email");
    let doomed = all(app).await?.into_iter().find(|account| match email {
        Some(email) => has_email(account, email),
        None => account.username.as_str() == username,
    });
    match doomed {
        Some(account) => delete(app, account.id).await,
        None => Ok(()),
    }
}

async fn keep_only(app: &TestApp, emails: &[&str]) -> Result<(), String> {
    for account in all(app).await? {
        if !emails.iter().any(|email| has_email(&account, email)) {
            delete(app, account.id).await?;
        }
    }
    Ok(())
}

fn mint(replay: &mut Replay, who: &str) -> Result<(), String> {
    let access = replay.vars.text(&format!("{who}.access"))?.to_owned();
    let refresh = replay.vars.text(&format!("{who}.refresh"))?.to_owned();
    let now = replay.app.now().unix_seconds();
    for (name, defect) in BROKEN {
        let token = broken(&access, *defect, TestApp::SECRET, now)?;
        replay.vars.set(format!("{who}.{name}"), token);
        if BROKEN_REFRESH.contains(name) {
            let token = broken(&refresh, *defect, TestApp::SECRET, now)?;
            replay.vars.set(format!("{who}.{name}-refresh"), token);
        }
    }
    Ok(())
}

async fn blacklisted(replay: &mut Replay, given: &Arguments<'_>) -> Result<(), String> {
    let login = json!({"username": given.text("username")?, "password": given.text("password")?});
    let pair = replay.app.send(Request::new("POST", LOG_IN).json(&login)).await;
    if !pair.status.is_success() {
        return Err(format!("POST {LOG_IN}: {pair}"));
    }
    let (access, refresh) = (pair.text_at("/access"), pair.text_at("/refresh"));
    let request = Request::new("POST", LOG_OUT)
        .header("Authorization", &format!("Bearer {access}"))
        .json(&json!({"refresh": refresh}));
    let response = replay.app.send(request).await;
    if !response.status.is_success() {
        return Err(format!("POST {LOG_OUT}: {response}"));
    }
    replay.vars.set(given.text("var")?, refresh);
    Ok(())
}

/// Requests an email at `path` and reads the link in it.
async fn mailed_link(replay: &Replay, given: &Arguments<'_>) -> Result<Link, String> {
    let (email, path) = (given.text("email")?, given.text("path")?);
    let request = Request::new("POST", path).json(&json!({"email": email}));
    let response = replay.app.send(request).await;
    if !response.status.is_success() {
        return Err(format!("POST {path}: {response}"));
    }
    let mails = replay.mails().await;
    let mail = mails
        .iter()
        .rfind(|mail| mail.to == email)
        .ok_or_else(|| format!("POST {path}: no mail to {email}"))?;
    Link::in_text(&mail.text)
}

async fn expired_link(replay: &mut Replay, given: &Arguments<'_>) -> Result<(), String> {
    let matter = EmailKind::PasswordReset(email(given.text("email")?)?);
    let past = replay.app.now().minus(Duration::from_secs(1));
    let issued = replay
        .app
        .services()
        .one_time
        .issue(&mut replay.app.work(), &matter, past)
        .await
        .map_err(message)?
        .ok_or("no account has this address")?;
    let name = format!("{}.reset-expired", given.text("who")?);
    replay.vars.set(name, issued.token);
    Ok(())
}

async fn activation_link(replay: &mut Replay, given: &Arguments<'_>) -> Result<(), String> {
    let account = by_email(&replay.app, given.text("email")?).await?;
    let until: Timestamp = replay.app.now().plus(HOUR);
    let issued = replay
        .app
        .services()
        .one_time
        .issue_activation(&mut replay.app.work(), account.id, until)
        .await
        .map_err(message)?;
    let who = given.text("who")?;
    replay.vars.set(format!("{who}.uid"), uid_of(account.id));
    replay.vars.set(given.text("token")?, issued.token);
    Ok(())
}

fn new_account(
    address: &str,
    username: &str,
    password: Option<&str>,
) -> Result<NewAccount, String> {
    let username = Username::parse(username).map_err(|error| format!("{username}: {error:?}"))?;
    let password = password.map(Password::new).transpose().map_err(|error| error.to_string())?;
    Ok(NewAccount::new(NewUsername::Given(username), Some(email(address)?), password))
}

fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(|error| format!("{text}: {error:?}"))
}

async fn register(app: &TestApp, new: NewAccount) -> Result<Account, String> {
    app.services().accounts.register(&mut app.work(), new).await.map_err(message)
}

async fn by_email(app: &TestApp, address: &str) -> Result<Account, String> {
    let accounts = &app.services().accounts;
    accounts.by_email(&mut app.work(), &email(address)?).await.map_err(message)
}

async fn all(app: &TestApp) -> Result<Vec<Account>, String> {
    let page = PageRequest::new(PageRequest::MAX_LIMIT, 0);
    let accounts = app.services().accounts.list(&mut app.work(), page).await.map_err(message)?;
    Ok(accounts.items)
}

fn has_email(account: &Account, address: &str) -> bool {
    account.email.as_ref().is_some_and(|email| email.as_str() == address)
}

async fn set_active(app: &TestApp, id: AccountId, is_active: bool) -> Result<(), String> {
    let accounts = &app.services().accounts;
    accounts.set_active(&mut app.work(), id, is_active).await.map(drop).map_err(message)
}

async fn set_password(app: &TestApp, id: AccountId, password: &str) -> Result<(), String> {
    let password = Password::new(password).map_err(|error| error.to_string())?;
    let passwords = &app.services().passwords;
    passwords.set(&mut app.work(), id, Some(&password)).await.map_err(message)
}

async fn delete(app: &TestApp, id: AccountId) -> Result<(), String> {
    app.services().accounts.delete(&mut app.work(), id).await.map_err(message)
}

fn message(error: loggia_identity::Error) -> String {
    format!("{error:?}")
}
