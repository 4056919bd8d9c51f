//! `loggia user`: account administration for operators.

mod links;
mod list;
mod whose;

use clap::{Args, Subcommand};
use loggia_identity::{NewAccount, NewUsername, passwords::UserAttributes};
use loggia_kernel::{Email, Username};

use super::{
    Result,
    output::say,
    password::{PasswordArgs, judge},
};
use crate::{Services, config::Settings, migrations};

use self::whose::{Whose, email, username};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an account
    Create(Create),
    /// List all accounts
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Set or remove a password; ends all sessions
    SetPassword {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Activate an account
    Activate(Whose),
    /// Deactivate an account; ends all its sessions
    Deactivate(Whose),
    /// Delete an account and everything that belongs to it alone
    Delete(Whose),
    /// Print the link of a password reset; earlier links become invalid
    ResetLink(links::LinkArgs),
    /// Print the link that activates an account; earlier links become invalid
    ActivationLink(links::LinkArgs),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Email address
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    email: Email,
    /// Username [default: derived from the email address]
    #[arg(long, value_name = "NAME", value_parser = username)]
    username: Option<Username>,
    #[command(flatten)]
    password: PasswordArgs,
    /// Grant every permission
    #[arg(long)]
    superuser: bool,
}

/// Runs a command, with or without a running server.
pub(super) async fn run(command: Command, settings: &Settings) -> Result<()> {
    let services = Services::open(settings).await?;
    migrations::run(&services.db).await?;
    match command {
        Command::Create(new) => create(&services, new).await,
        Command::List { json } => list::print(&services, json).await,
        Command::SetPassword { whose, password } => set_password(&services, whose, password).await,
        Command::Activate(whose) => set_active(&services, whose, true).await,
        Command::Deactivate(whose) => set_active(&services, whose, false).await,
        Command::Delete(whose) => {
            let account = whose.find(&services).await?;
            services.accounts.delete(&mut services.work(), account.id).await?;
            say(&format!("deleted account {}", account.id))
        }
        Command::ResetLink(link) => links::reset(&services, link).await,
        Command::ActivationLink(link) => links::activation(&services, link).await,
    }
}

async fn create(services: &Services, new: Create) -> Result<()> {
    let password = new.password.read().await?;
    let username = match new.username {
        Some(username) => NewUsername::Given(username),
        None => NewUsername::FromLocalPart,
    };
    if let Some(password) = &password {
        let personal = UserAttributes {
            username: match &username {
                NewUsername::Given(username) => username.as_str(),
                NewUsername::FromLocalPart | NewUsername::FromEmail => new.email.local_part(),
            },
            email: new.email.as_str(),
            ..UserAttributes::default()
        };
        judge(services, password, &personal)?;
    }
    let mut account = NewAccount::new(username, Some(new.email), password);
    account.is_superuser = new.superuser;
    let account = services.accounts.register(&mut services.work(), account).await?;
    say(&format!("created account {}, username {}", account.id, account.username))
}

async fn set_password(services: &Services, whose: Whose, args: PasswordArgs) -> Result<()> {
    let account = whose.find(services).await?;
    let password = args.read().await?;
    if let Some(password) = &password {
        judge(services, password, &UserAttributes::of(&account))?;
    }
    services.passwords.set(&mut services.work(), account.id, password.as_ref()).await?;
    let done = if password.is_some() { "set" } else { "removed" };
    say(&format!("{done} the password of account {}", account.id))
}

async fn set_active(services: &Services, whose: Whose, is_active: bool) -> Result<()> {
    let account = whose.find(services).await?;
    services.accounts.set_active(&mut services.work(), account.id, is_active).await?;
    let done = if is_active { "activated" } else { "deactivated" };
    say(&format!("{done} account {}", account.id))
}
