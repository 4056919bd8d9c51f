//! Passwords entered by an operator.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use loggia_identity::passwords::{Password, UserAttributes};

use super::{
    Error, Result,
    password_rules::{parse, weak},
};
use crate::Services;

/// The source of a password. Without a flag, it is read from the terminal, or from standard input if that is not a
/// terminal.
#[derive(Debug, Args)]
pub(super) struct PasswordArgs {
    /// The password; other users of this machine may see it, so prefer to enter it when prompted
    #[arg(long, value_name = "PASSWORD", conflicts_with = "no_password")]
    password: Option<crate::config::Secret>,

    /// No password: password login is disabled
    #[arg(long)]
    no_password: bool,
}

impl PasswordArgs {
    /// Returns the password, or `None` with `--no-password`.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is blank or too long, or the two entries differ.
    pub(super) async fn read(&self) -> Result<Option<Password>> {
        if self.no_password {
            return Ok(None);
        }
        let text = match &self.password {
            Some(password) => password.expose().to_owned(),
            None => prompt().await?,
        };
        let password =
            parse(&text).map_err(|error| Error::refused(format!("the password {error}")))?;
        Ok(Some(password))
    }
}

/// Checks a password against the policy.
///
/// # Errors
/// [`Error::Refused`], which lists every violated rule.
pub(super) fn judge(
    services: &Services,
    password: &Password,
    personal: &UserAttributes<'_>,
) -> Result<()> {
    let weaknesses = services.passwords.weaknesses(password, personal);
    if weaknesses.is_empty() {
        return Ok(());
    }
    Err(Error::refused(weak(&weaknesses)))
}

async fn prompt() -> Result<String> {
    let entered = tokio::task::spawn_blocking(|| {
        if io::stdin().is_terminal() { typed_twice() } else { first_line() }
    });
    entered.await.map_err(io::Error::other)?
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
