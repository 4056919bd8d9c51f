//! `loggia user`: accounts, from an operator's chair.

mod links;
mod list;

use clap::{Args, Subcommand};
use loggia_identity::{Account, NewAccount, NewUsername, passwords::Personal};
use loggia_kernel::{Email, Flaw, Username};

use super::{
    Error, Result,
    password::{PasswordArgs, judge},
    say,
};
use crate::{Services, config::Settings};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account
    Create(Create),
    /// List all accounts
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Set a password, or take it away; ends all sessions
    SetPassword {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Let an account in
    Activate(Whose),
    /// Shut an account out; ends all its sessions
    Deactivate(Whose),
    /// Delete an account with all that is its own
    Delete(Whose),
    /// Print the link that a password reset would mail; earlier ones die
    ResetLink(links::LinkArgs),
    /// Print the link that activates an account; earlier ones die
    ActivationLink(links::LinkArgs),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its address
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    email: Email,
    /// Its name [default: made of the address]
    #[arg(long, value_name = "NAME", value_parser = username)]
    username: Option<Username>,
    #[command(flatten)]
    password: PasswordArgs,
    /// Give it every permission
    #[arg(long)]
    superuser: bool,
}

/// Which account.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// The account with this address, in whatever case
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    email: Option<Email>,
    /// The account with this name, letter for letter
    #[arg(long, value_name = "NAME", value_parser = username)]
    username: Option<Username>,
}

fn email(text: &str) -> std::result::Result<Email, String> {
    Email::parse(text).map_err(|flaw| words(flaw, "it is no e-mail address"))
}

fn username(text: &str) -> std::result::Result<Username, String> {
    Username::parse(text)
        .map_err(|flaw| words(flaw, "only letters, digits and @ . + - _ may stand in it"))
}

fn words(flaw: Flaw, form: &str) -> String {
    match flaw {
        Flaw::Blank => "it is blank".to_owned(),
        Flaw::TooLong { max } => format!("it has more than {max} characters"),
        Flaw::Malformed => form.to_owned(),
    }
}

impl Whose {
    async fn find(&self, services: &Services) -> Result<Account> {
        let found = match (&self.email, &self.username) {
            (Some(email), _) => services.accounts.by_email(email).await,
            (None, Some(username)) => services.accounts.by_username(username).await,
            (None, None) => return Err(Error::refused("name an account")),
        };
        Ok(found?)
    }
}

/// Does one of these commands, beside a running server or without one.
pub(super) async fn run(command: Command, settings: &Settings) -> Result<()> {
    let services = Services::open(settings).await?;
    services.db.migrate().await?;
    match command {
        Command::Create(new) => create(&services, new).await,
        Command::List { json } => list::print(&services, json).await,
        Command::SetPassword { whose, password } => set_password(&services, whose, password).await,
        Command::Activate(whose) => set_active(&services, whose, true).await,
        Command::Deactivate(whose) => set_active(&services, whose, false).await,
        Command::Delete(whose) => {
            let account = whose.find(&services).await?;
            services.accounts.delete(account.id).await?;
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
        let personal = Personal {
            username: match &username {
                NewUsername::Given(username) => username.as_str(),
                NewUsername::FromLocalPart | NewUsername::FromEmail => new.email.local_part(),
            },
            email: new.email.as_str(),
            ..Personal::default()
        };
        judge(services, password, &personal)?;
    }
    let mut account = NewAccount::new(username, Some(new.email), password);
    account.is_superuser = new.superuser;
    let account = services.accounts.register(account).await?;
    say(&format!(
        "made account {}, username {}",
        account.id, account.username
    ))
}

async fn set_password(services: &Services, whose: Whose, args: PasswordArgs) -> Result<()> {
    let account = whose.find(services).await?;
    let password = args.read().await?;
    if let Some(password) = &password {
        judge(services, password, &Personal::of(&account))?;
    }
    services
        .passwords
        .set(account.id, password.as_ref())
        .await?;
    let done = if password.is_some() { "set" } else { "removed" };
    say(&format!("{done} the password of account {}", account.id))
}

async fn set_active(services: &Services, whose: Whose, is_active: bool) -> Result<()> {
    let account = whose.find(services).await?;
    services.accounts.set_active(account.id, is_active).await?;
    let done = if is_active {
        "activated"
    } else {
        "deactivated"
    };
    say(&format!("{done} account {}", account.id))
}
