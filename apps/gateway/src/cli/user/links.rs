//! Links that are otherwise sent by email.

use std::time::Duration;

use clap::Args;
use loggia_http::email::EmailTemplate;
use loggia_identity::{EmailKind, IssuedToken};
use loggia_kernel::Timestamp;
use loggia_surface_djoser::emails;

use super::whose::Whose;
use crate::{
    Services,
    cli::{Error, Result, output::say},
};

#[derive(Debug, Args)]
pub(in crate::cli) struct LinkArgs {
    #[command(flatten)]
    whose: Whose,
    /// Lifetime in seconds; a negative number creates an expired link [default: three days]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    expires_in: Option<i64>,
}

impl LinkArgs {
    fn expiry(&self, services: &Services, template: EmailTemplate) -> Timestamp {
        let now = services.clock.now();
        match self.expires_in {
            None => now.plus(template.lifetime),
            Some(secs) if secs < 0 => now.minus(Duration::from_secs(secs.unsigned_abs())),
            Some(secs) => now.plus(Duration::from_secs(secs.unsigned_abs())),
        }
    }
}

/// Prints the link of a password reset.
pub(in crate::cli) async fn reset(services: &Services, args: LinkArgs) -> Result<()> {
    let template = emails::PASSWORD_RESET;
    let account = args.whose.find(services).await?;
    let Some(email) = account.email else {
        return Err(Error::refused("the account has no email address"));
    };
    let expires_at = args.expiry(services, template);
    let kind = EmailKind::PasswordReset(email);
    match services.one_time.issue(&mut services.work(), &kind, expires_at).await? {
        Some(issued) => print(services, template, &issued),
        None => Err(Error::refused(
            "the password cannot be reset: the account is inactive or has no password; \
             see `loggia user activate` and `loggia user set-password`",
        )),
    }
}

/// Prints the link that activates an account.
pub(in crate::cli) async fn activation(services: &Services, args: LinkArgs) -> Result<()> {
    let template = emails::ACTIVATION;
    let account = args.whose.find(services).await?;
    if account.email.is_none() {
        return Err(Error::refused("the account has no email address"));
    }
    let expires_at = args.expiry(services, template);
    let issued =
        services.one_time.issue_activation(&mut services.work(), account.id, expires_at).await?;
    print(services, template, &issued)
}

fn print(services: &Services, template: EmailTemplate, issued: &IssuedToken) -> Result<()> {
    let frontend = &services.options.frontend_url;
    say(&template.link(frontend, issued.account.id, &issued.token))
}
