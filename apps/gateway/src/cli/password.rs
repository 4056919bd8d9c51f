//! Passwords typed by an operator.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use loggia_identity::passwords::{Password, Personal};

use super::{Error, Result, error::weak};
use crate::Services;

/// Where the password comes from. With neither flag it is asked for, or read from standard input if that is no terminal.
#[derive(Debug, Args)]
pub(super) struct PasswordArgs {
    /// The password; other users of this machine may see it, so rather leave it out and be asked
    #[arg(long, value_name = "PASSWORD", conflicts_with = "no_password")]
    password: Option<crate::config::Secret>,

    /// No password: nobody can log in with one
    #[arg(long)]
    no_password: bool,
}

impl PasswordArgs {
    /// The password, or `None` where there shall be none.
    ///
    /// # Errors
    /// [`Error::Refused`] for a blank one, one that is too long, or two that differ.
    pub(super) async fn read(&self) -> Result<Option<Password>> {
        if self.no_password {
            return Ok(None);
        }
        let text = match &self.password {
            Some(password) => password.expose().to_owned(),
            None => ask().await?,
        };
        if text.trim().is_empty() {
            return Err(Error::refused("the password is blank"));
        }
        Password::new(text)
            .map(Some)
            .map_err(|error| Error::refused(error.to_string()))
    }
}

/// Holds a password to the policy.
///
/// # Errors
/// [`Error::Refused`], naming every rule that it breaks.
pub(super) fn judge(
    services: &Services,
    password: &Password,
    personal: &Personal<'_>,
) -> Result<()> {
    let weaknesses = services.passwords.weaknesses(password, personal);
    if weaknesses.is_empty() {
        return Ok(());
    }
    Err(Error::refused(weak(&weaknesses)))
}

async fn ask() -> Result<String> {
    let asked = tokio::task::spawn_blocking(|| {
        if io::stdin().is_terminal() {
            typed_twice()
        } else {
            first_line()
        }
    });
    asked.await.map_err(io::Error::other)?
}

fn typed_twice() -> Result<String> {
    let first = rpassword::prompt_password("Password: ")?;
    if first != rpassword::prompt_password("Password again: ")? {
        return Err(Error::refused("the two passwords differ"));
    }
    Ok(first)
}

fn first_line() -> Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
