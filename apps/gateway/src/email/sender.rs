//! The job handler that renders and sends emails.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_db::Db;
use loggia_identity::{EmailKind, IssuedToken, OneTimeTokens};
use loggia_jobs::{Handler, JobError, RetryPolicy};
use loggia_kernel::Clock;
use loggia_mail::{Mailer, Message, Templates};
use serde::Serialize;

use loggia_http::email::EmailTemplate;

use super::{KIND, outbox::Payload};
use crate::{config::Options, surfaces};

/// The handler of the jobs that [`super::QueuedOutbox`] enqueues.
///
/// A job that runs twice sends the email twice. Only the link of the second one is valid.
pub struct EmailSender {
    /// The database of the tokens.
    pub db: Db,
    /// The tokens that emails contain.
    pub one_time: Arc<dyn OneTimeTokens>,
    /// The templates of emails.
    pub templates: Arc<Templates>,
    /// The mailer.
    pub mailer: Arc<dyn Mailer>,
    /// The clock of the tokens' lifetimes.
    pub clock: Arc<dyn Clock>,
    /// The name of the site, and the base of its links.
    pub options: Arc<Options>,
}

/// The values of a template, as [`EmailTexts`](loggia_http::email::EmailTexts) lists them.
#[derive(Serialize)]
struct Context<'a> {
    site: &'a str,
    username: &'a str,
    name: String,
    link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_email: Option<&'a str>,
}

impl EmailSender {
    fn render(
        &self,
        template: EmailTemplate,
        kind: &EmailKind,
        issued: &IssuedToken,
    ) -> loggia_mail::Result<Message> {
        let account = &issued.account;
        let full_name = account.full_name();
        let hours = template.lifetime.as_secs() / (60 * 60);
        // A lifetime of one day is stated as "24 hours".
        let days = (hours > 24 && hours.is_multiple_of(24)).then_some(hours / 24);
        let context = Context {
            site: &self.options.site_name,
            username: account.username.as_str(),
            name: if full_name.is_empty() {
                account
                    .email
                    .as_ref()
                    .map_or_else(|| account.username.to_string(), ToString::to_string)
            } else {
                full_name
            },
            link: template.link(&self.options.frontend_url, account.id, &issued.token),
            days,
            hours: days.is_none().then_some(hours),
            new_email: match kind {
                EmailKind::EmailChange { new_email, .. } => Some(new_email.as_str()),
                EmailKind::PasswordReset(_) | EmailKind::UsernameReset(_) => None,
            },
        };
        let rendered = self.templates.render(template.name, context)?;
        Message::of(issued.to.as_str(), rendered)
    }
}

#[async_trait]
impl Handler for EmailSender {
    fn kind(&self) -> &'static str {
        KIND
    }

    /// A mail server may be unavailable for long; once it is back, emails are sent within a minute.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::PATIENT
    }

    async fn run(&self, payload: serde_json::Value, _attempt: u32) -> Result<(), JobError> {
        // The message of serde may quote the payload, which contains an email address.
        let Ok(payload) = serde_json::from_value::<Payload>(payload) else {
            return Err(JobError::permanent("the payload is not an email job"));
        };
        let Some(template) = surfaces::email_template(&payload.template) else {
            // A newer replica enqueued the job and can run it.
            return Err(JobError::retry("this program does not know the template"));
        };
        let Some(kind) = payload.kind.into_kind() else {
            return Err(JobError::permanent("the payload contains an invalid email address"));
        };
        let expires_at = self.clock.now().plus(template.lifetime);
        let issued = self
            .one_time
            .issue(&mut self.db.work(), &kind, expires_at)
            .await
            .map_err(JobError::retry)?;
        let Some(issued) = issued else {
            // No account has this address. The response to the request does not reveal that.
            return Ok(());
        };
        let message = self.render(template, &kind, &issued).map_err(classify)?;
        self.mailer.send(&message).await.map_err(classify)
    }
}

/// Classifies an error. Templates are the operator's and can be corrected, so their errors are retried. An email that
/// the server rejects, or that cannot be encoded, is not.
fn classify(error: loggia_mail::Error) -> JobError {
    match error {
        loggia_mail::Error::Temporary { .. } | loggia_mail::Error::Template { .. } => {
            JobError::retry(error)
        }
        loggia_mail::Error::Rejected { .. } | loggia_mail::Error::Invalid { .. } => {
            JobError::permanent(error)
        }
    }
}
