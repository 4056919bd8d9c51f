//! The account that a command is for.

use clap::Args;
use loggia_identity::Account;
use loggia_kernel::{Email, ParseError, Username};

use crate::{
    Services,
    cli::{Error, Result},
};

/// The account that a command is for.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct Whose {
    /// The account with this email address, regardless of case
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    email: Option<Email>,
    /// The account with this username, compared case-sensitively
    #[arg(long, value_name = "NAME", value_parser = username)]
    username: Option<Username>,
}

pub(super) fn email(text: &str) -> std::result::Result<Email, String> {
    Email::parse(text).map_err(|error| words(error, "it is not an email address"))
}

pub(super) fn username(text: &str) -> std::result::Result<Username, String> {
    Username::parse(text)
        .map_err(|error| words(error, "it may contain only letters, digits and @ . + - _"))
}

fn words(error: ParseError, form: &str) -> String {
    match error {
        ParseError::Blank => "it is blank".to_owned(),
        ParseError::TooLong { max } => format!("it has more than {max} characters"),
        ParseError::Malformed => form.to_owned(),
    }
}

impl Whose {
    pub(super) async fn find(&self, services: &Services) -> Result<Account> {
        let (accounts, work) = (&services.accounts, &mut services.work());
        let account = match (&self.email, &self.username) {
            (Some(email), _) => accounts.by_email(work, email).await,
            (None, Some(username)) => accounts.by_username(work, username).await,
            (None, None) => return Err(Error::refused("name an account")),
        };
        Ok(account?)
    }
}
