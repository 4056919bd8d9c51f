//! Passwords typed by an operator.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use loggia_identity::passwords::{Password, Personal, TooLong};

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
        let password =
            parse(&text).map_err(|flaw| Error::refused(format!("the password {flaw}")))?;
        Ok(Some(password))
    }
}

/// Takes an operator's text for a password: trimmed, as the surfaces of Django REST framework trim what clients type, so
/// that a space or a line's end around it locks nobody out.
///
/// # Errors
/// What is wrong with it: blank or too long.
pub(super) fn parse(text: &str) -> std::result::Result<Password, String> {
    match text.trim() {
        "" => Err("is blank".to_owned()),
        text => Password::new(text)
            .map_err(|TooLong| format!("is longer than {} bytes", Password::MAX_BYTES)),
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
    Ok(line)
}

#[cfg(test)]
mod tests;
