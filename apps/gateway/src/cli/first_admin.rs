//! The first superuser, configured by settings.

use loggia_identity::{self as identity, NewAccount, NewUsername, passwords::UserAttributes};
use loggia_kernel::Email;

use super::password_rules::{self, weak};
use crate::{Services, config, config::Settings};

const EMAIL: &str = "LOGGIA_ADMIN_EMAIL";
const PASSWORD: &str = "LOGGIA_ADMIN_PASSWORD";

/// The reason why the first superuser was not created.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is invalid.
    #[error(transparent)]
    Setting(#[from] config::Error),

    /// A service failed.
    #[error("the first superuser could not be created")]
    Identity(#[from] identity::Error),
}

/// Creates the superuser of the settings, if there is one in the settings and none in the database.
///
/// # Errors
/// [`Error::Setting`] if one of the two settings is missing, or the email address or password is invalid.
pub(super) async fn make(settings: &Settings, services: &Services) -> Result<(), Error> {
    let email = settings.admin.admin_email.as_deref().map(str::trim);
    let password = settings.admin.admin_password.as_ref().map(config::Secret::expose);
    let (email, password) = match (
        email.filter(|email| !email.is_empty()),
        password.filter(|password| !password.is_empty()),
    ) {
        (None, None) => return Ok(()),
        (Some(email), Some(password)) => (email, password),
        (None, Some(_)) => return Err(blame(EMAIL, "is required beside LOGGIA_ADMIN_PASSWORD")),
        (Some(_), None) => return Err(blame(PASSWORD, "is required beside LOGGIA_ADMIN_EMAIL")),
    };
    let Ok(email) = Email::parse(email) else {
        return Err(blame(EMAIL, "is not an email address"));
    };
    let password = password_rules::parse(password).map_err(|error| blame(PASSWORD, error))?;
    let (accounts, mut work) = (&services.accounts, services.work());
    if accounts.has_superuser(&mut work).await? {
        return Ok(());
    }
    let personal = UserAttributes {
        username: email.local_part(),
        email: email.as_str(),
        ..UserAttributes::default()
    };
    let weaknesses = services.passwords.weaknesses(&password, &personal);
    if !weaknesses.is_empty() {
        return Err(blame(PASSWORD, weak(&weaknesses)));
    }
    let mut new = NewAccount::new(NewUsername::FromLocalPart, Some(email), Some(password));
    new.is_superuser = true;
    match accounts.register(&mut work, new).await {
        Ok(account) => {
            tracing::info!(account = account.id.get(), "first superuser created");
            Ok(())
        }
        // Another replica created it first; or the address belongs to an existing account, which the settings never
        // promote.
        Err(identity::Error::Taken { .. }) if accounts.has_superuser(&mut work).await? => Ok(()),
        Err(identity::Error::Taken { .. }) => {
            Err(blame(EMAIL, "belongs to an account that is not a superuser; use another address"))
        }
        Err(error) => Err(error.into()),
    }
}

fn blame(setting: &str, problem: impl Into<String>) -> Error {
    config::Error::new(setting, problem).into()
}

#[cfg(test)]
mod tests;
